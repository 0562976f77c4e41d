### Sending, routing on Linux, bridges, delivery, and the limits of the model.
