"""Pure values and rules: no grpc, no protobuf, no files, no clock, no environment, no logging."""
