"""Server plumbing both services share: it knows gRPC and knows no domain.

Two modules are free of gRPC and protobuf and may be used by a domain: `canonical_json` and `failure`.
"""
