"""Bytes and published documents in a bucket. Nothing rests on conditional writes: some servers have them broken."""
