"""The feasibility service, asked over gRPC."""
