"""The feasibility service over gRPC."""
