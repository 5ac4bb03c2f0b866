"""What a server lets others see of itself: numbers for Prometheus, spans for OpenTelemetry."""
