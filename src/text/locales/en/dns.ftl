### Name resolution.
