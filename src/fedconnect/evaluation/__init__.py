"""Does it work? Data sets replayed under this product's own ranking and under others, on the same visits."""
