"""The deadline programme: which questions raise readiness most, under the prices of the days' minutes."""
