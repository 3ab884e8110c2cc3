"""到货: what comes to a receiver's own places, and a shipper's own deliveries."""
