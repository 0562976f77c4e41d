### The page.
