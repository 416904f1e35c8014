//! From method and raw path to an operation and its labels.
//!
//! The routes form a tree of path segments, so the cost of a look-up grows
//! with the length of the path and hardly with the number of operations.

use eks_emulator_api::schema::{Exception, Operation};

use super::rejection::{self, Rejection};

/// No route of a service model has more labels; one that had could not match.
const LABELS_MAX: usize = 8;

/// No resource name is longer; the bound keeps odd paths from costing much.
const STRETCH_MAX: usize = 32;

/// The routes of one service.
///
/// A literal segment wins over a label. Labels are matched before they are
/// decoded, so an escaped slash stays inside its label. An empty segment
/// matches nothing, hence a trailing slash is not a route.
///
/// One lenience beyond the service: a label that starts with `arn:` may stretch
/// over several segments if it does not lead to a route by itself, so that a
/// resource name whose slashes a caller forgot to escape is still understood.
/// The shortest stretch that leads to a route is taken.
#[derive(Debug)]
pub struct Router {
    nodes: Vec<Node>,
    endpoints: Vec<Endpoint>,
}

impl Router {
    /// Builds the tree of the given operations.
    pub fn new(operations: &[&'static Operation]) -> Self {
        let service_wide = operations
            .iter()
            .find_map(|operation| rejection::exception_of(operation, rejection::INVALID_PARAMETER));
        let mut router = Self {
            nodes: vec![Node::default()],
            endpoints: Vec::with_capacity(operations.len()),
        };
        for operation in operations {
            router.insert(
                operation,
                rejection::invalid_input_exception(operation).or(service_wide),
            );
        }
        router
    }

    /// The operation that serves a method on a raw path.
    pub fn route<'router, 'path>(
        &'router self,
        method: &str,
        raw_path: &'path str,
    ) -> Result<Route<'router, 'path>, Rejection> {
        let rest = raw_path.strip_prefix('/').ok_or(Rejection::UnknownRoute)?;
        let mut labels = Labels::default();
        let endpoint = self
            .find(0, Some(rest), method, &mut labels)
            .ok_or(Rejection::UnknownRoute)?;
        Ok(Route { endpoint, labels })
    }

    fn insert(&mut self, operation: &'static Operation, invalid_input: Option<&'static Exception>) {
        let mut labels = Vec::new();
        let mut node = 0;
        for segment in operation.uri.trim_start_matches('/').split('/') {
            let label = segment
                .strip_prefix('{')
                .and_then(|segment| segment.strip_suffix('}'));
            labels.extend(label);
            node = match label {
                Some(_) => self.label_child(node),
                None => self.literal_child(node, segment),
            };
        }
        self.nodes[node].endpoints.push(self.endpoints.len());
        self.endpoints.push(Endpoint {
            operation,
            labels,
            invalid_input,
        });
    }

    fn label_child(&mut self, node: usize) -> usize {
        if let Some(child) = self.nodes[node].label {
            return child;
        }
        self.nodes.push(Node::default());
        let child = self.nodes.len() - 1;
        self.nodes[node].label = Some(child);
        child
    }

    fn literal_child(&mut self, node: usize, segment: &'static str) -> usize {
        match self.nodes[node].literal(segment) {
            Ok(child) => child,
            Err(position) => {
                self.nodes.push(Node::default());
                let child = self.nodes.len() - 1;
                self.nodes[node].literals.insert(position, (segment, child));
                child
            }
        }
    }

    /// Walks down from a node; `rest` is what follows its slash, if one does.
    fn find<'path>(
        &self,
        node: usize,
        rest: Option<&'path str>,
        method: &str,
        labels: &mut Labels<'path>,
    ) -> Option<&Endpoint> {
        let node = &self.nodes[node];
        let Some(rest) = rest else {
            return node.endpoint(&self.endpoints, method);
        };
        let (segment, next) = cut(rest, 0);
        let held = labels.count;
        if let Ok(child) = node.literal(segment)
            && let Some(found) = self.find(child, next, method, labels)
        {
            return Some(found);
        }
        let child = node.label?;
        let attempts = if starts_like_an_arn(segment) {
            STRETCH_MAX
        } else {
            1
        };
        let mut end = segment.len();
        for _ in 0..attempts {
            let (label, next) = cut(rest, end);
            labels.count = held;
            if !label.is_empty()
                && !label.ends_with('/')
                && labels.push(label).is_some()
                && let Some(found) = self.find(child, next, method, labels)
            {
                return Some(found);
            }
            next?;
            end = label.len() + 1;
        }
        None
    }
}

/// A request's operation and the labels of its path.
#[derive(Debug)]
pub struct Route<'router, 'path> {
    endpoint: &'router Endpoint,
    labels: Labels<'path>,
}

impl<'path> Route<'_, 'path> {
    /// The operation that serves the request.
    pub fn operation(&self) -> &'static Operation {
        self.endpoint.operation
    }

    /// The exception that tells a caller of this operation that a value is not
    /// allowed, if the service models one.
    pub fn invalid_input(&self) -> Option<&'static Exception> {
        self.endpoint.invalid_input
    }

    /// The segment at a label of the operation's path, not yet decoded.
    pub fn raw_label(&self, name: &str) -> Option<&'path str> {
        let position = self
            .endpoint
            .labels
            .iter()
            .position(|label| *label == name)?;
        self.labels.raw[..self.labels.count].get(position).copied()
    }
}

/// One operation with what the tables do not say in so many words.
#[derive(Debug)]
struct Endpoint {
    operation: &'static Operation,
    /// The names of the path's labels, from left to right.
    labels: Vec<&'static str>,
    invalid_input: Option<&'static Exception>,
}

/// A place in the tree of path segments.
#[derive(Debug, Default)]
struct Node {
    /// The children behind a fixed segment, sorted by it.
    literals: Vec<(&'static str, usize)>,
    /// The child behind any segment.
    label: Option<usize>,
    /// The endpoints of the path that ends here, one for each method.
    endpoints: Vec<usize>,
}

impl Node {
    /// The child behind a fixed segment, or where to insert it.
    fn literal(&self, segment: &str) -> Result<usize, usize> {
        self.literals
            .binary_search_by(|(literal, _)| (*literal).cmp(segment))
            .map(|position| self.literals[position].1)
    }

    fn endpoint<'router>(
        &self,
        endpoints: &'router [Endpoint],
        method: &str,
    ) -> Option<&'router Endpoint> {
        self.endpoints
            .iter()
            .map(|position| &endpoints[*position])
            .find(|endpoint| endpoint.operation.method == method)
    }
}

/// The raw labels found so far, without an allocation.
#[derive(Debug, Default)]
struct Labels<'path> {
    raw: [&'path str; LABELS_MAX],
    count: usize,
}

impl<'path> Labels<'path> {
    fn push(&mut self, label: &'path str) -> Option<()> {
        *self.raw.get_mut(self.count)? = label;
        self.count += 1;
        Some(())
    }
}

/// The text up to the first slash at or after `from`, and what follows it.
fn cut(rest: &str, from: usize) -> (&str, Option<&str>) {
    match rest.get(from..).and_then(|tail| tail.find('/')) {
        Some(offset) => (&rest[..from + offset], Some(&rest[from + offset + 1..])),
        None => (rest, None),
    }
}

/// Whether a raw segment begins with `arn:`, its colon escaped or not.
fn starts_like_an_arn(segment: &str) -> bool {
    ["arn:", "arn%3A", "arn%3a"]
        .iter()
        .any(|start| segment.starts_with(start))
}
