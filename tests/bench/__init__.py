"""What is measured, not asserted: accuracy, latency and cost, each as a JSON file beside its script."""
