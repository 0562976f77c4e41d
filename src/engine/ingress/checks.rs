//! What of the Ingresses will not do what it says: no controller takes them, or what they name is not there.
