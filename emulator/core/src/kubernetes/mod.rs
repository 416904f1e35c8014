//! The Kubernetes side of a cluster: what its API server does to objects.

pub mod admission;
