"""What a person knows: their memories, what they knew beforehand, and how sure that is."""
