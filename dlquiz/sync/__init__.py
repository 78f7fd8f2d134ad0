"""The shared folder: one append-only file of events per device, whose union is everybody's review log."""
