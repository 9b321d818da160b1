//! What the driver and the server say, as one of the program's four classes (core/err.h), with the
//! server's own words.

use std::ffi::CStr;

use scylla::errors::{
    BadQuery, ConnectionError, ConnectionPoolError, ConnectionSetupRequestErrorKind, DbError,
    ExecutionError, MetadataError, MetadataFetchErrorKind, NewSessionError, PrepareError,
    RequestAttemptError, SchemaAgreementError,
};

use crate::abi::{ERROR_TEXT, Error, Status};

#[derive(Clone, Debug)]
pub struct Failure {
    pub status: Status,
    pub kind: &'static CStr,
    pub text: String,
}

impl Failure {
    pub fn new(status: Status, kind: &'static CStr, text: impl Into<String>) -> Failure {
        Failure {
            status,
            kind,
            text: text.into(),
        }
    }

    pub fn retry(kind: &'static CStr, text: impl Into<String>) -> Failure {
        Failure::new(Status::Retry, kind, text)
    }

    pub fn reject(kind: &'static CStr, text: impl Into<String>) -> Failure {
        Failure::new(Status::Reject, kind, text)
    }

    pub fn fatal(kind: &'static CStr, text: impl Into<String>) -> Failure {
        Failure::new(Status::Fatal, kind, text)
    }

    /// Into the caller's struct, cut at a character's boundary.
    pub fn store(&self, error: &mut Error) {
        let mut len = self.text.len().min(ERROR_TEXT - 1);
        while !self.text.is_char_boundary(len) {
            len -= 1;
        }
        error.kind = self.kind.as_ptr();
        error.text[..len].copy_from_slice(&self.text.as_bytes()[..len]);
        error.text[len] = 0;
    }
}

/// A server's answer. `words` are the server's.
pub fn of_server(error: &DbError, words: &str) -> Failure {
    let (status, kind) = match error {
        DbError::Unavailable { .. } => (Status::Retry, c"unavailable"),
        DbError::Overloaded | DbError::RateLimitReached { .. } => (Status::Retry, c"overloaded"),
        DbError::IsBootstrapping => (Status::Retry, c"starting"),
        DbError::ReadTimeout { .. } | DbError::WriteTimeout { .. } => (Status::Retry, c"timeout"),
        DbError::ReadFailure { .. } | DbError::WriteFailure { .. } => (Status::Retry, c"failure"),
        DbError::TruncateError | DbError::ServerError => (Status::Retry, c"server"),
        DbError::Unprepared { .. } => (Status::Retry, c"unprepared"),
        DbError::SyntaxError => (Status::Reject, c"syntax"),
        DbError::Invalid | DbError::ConfigError | DbError::FunctionFailure { .. } => {
            (Status::Reject, c"invalid")
        }
        DbError::AlreadyExists { .. } => (Status::Reject, c"exists"),
        DbError::AuthenticationError => (Status::Reject, c"authentication"),
        DbError::Unauthorized => (Status::Reject, c"permission"),
        _ => (Status::Fatal, c"protocol"),
    };
    // Some servers leave the words out.
    let text = if words.is_empty() {
        error.to_string()
    } else {
        words.to_string()
    };
    Failure::new(status, kind, text)
}

impl From<&RequestAttemptError> for Failure {
    fn from(error: &RequestAttemptError) -> Failure {
        match error {
            RequestAttemptError::DbError(error, words) => of_server(error, words),
            RequestAttemptError::BrokenConnectionError(_)
            | RequestAttemptError::UnableToAllocStreamId => {
                Failure::retry(c"disconnected", error.to_string())
            }
            RequestAttemptError::SerializationError(_)
            | RequestAttemptError::CqlRequestSerialization(_) => {
                Failure::reject(c"serialization", chain(error))
            }
            _ => Failure::fatal(c"protocol", chain(error)),
        }
    }
}

impl From<&ConnectionPoolError> for Failure {
    fn from(error: &ConnectionPoolError) -> Failure {
        match error {
            ConnectionPoolError::Broken {
                last_connection_error,
            } => last_connection_error.into(),
            _ => Failure::retry(c"disconnected", error.to_string()),
        }
    }
}

impl From<&ConnectionError> for Failure {
    fn from(error: &ConnectionError) -> Failure {
        match error {
            ConnectionError::ConnectionSetupRequestError(error) => match error.get_error() {
                ConnectionSetupRequestErrorKind::DbError(error, words) => of_server(error, words),
                ConnectionSetupRequestErrorKind::MissingAuthentication => Failure::reject(
                    c"authentication",
                    "the server asks for a user name and a password",
                ),
                // What a node does that speaks TLS and nothing else, when it is not spoken to so.
                ConnectionSetupRequestErrorKind::BrokenConnection(_) => Failure::retry(
                    c"disconnected",
                    format!(
                        "the node ended the connection before it said anything: it is starting or stopping, or TLS is on (tls=on) \
                         at one end only ({error})"
                    ),
                ),
                _ => Failure::retry(c"disconnected", error.to_string()),
            },
            ConnectionError::IoError(io) if is_tls(io) => match crate::tls::last_refusal() {
                Some(reason) => Failure::reject(
                    c"tls",
                    format!("TLS: the node's certificate is refused: {reason}"),
                ),
                None => Failure::reject(c"tls", format!("TLS: {io}")),
            },
            _ => Failure::retry(c"disconnected", error.to_string()),
        }
    }
}

/// A handshake that failed: a certificate that is not trusted, or a server without TLS. An end of
/// the connection amidst it is none: servers that start or stop do that.
fn is_tls(error: &std::io::Error) -> bool {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<openssl::ssl::Error>())
        .is_some_and(|inner| inner.code() == openssl::ssl::ErrorCode::SSL)
}

impl From<&ExecutionError> for Failure {
    fn from(error: &ExecutionError) -> Failure {
        match error {
            ExecutionError::LastAttemptError(error) => error.into(),
            ExecutionError::ConnectionPoolError(error) => error.into(),
            ExecutionError::PrepareError(error) => error.into(),
            ExecutionError::RequestTimeout(time) => {
                Failure::retry(c"timeout", format!("no answer within {time:?}"))
            }
            ExecutionError::EmptyPlan => Failure::retry(
                c"disconnected",
                "no node of the cluster can be reached at present",
            ),
            ExecutionError::SchemaAgreementError(error) => error.into(),
            ExecutionError::MetadataError(error) => error.into(),
            ExecutionError::BadQuery(BadQuery::SerializationError(_))
            | ExecutionError::BadQuery(BadQuery::ValuesTooLongForKey(..)) => {
                Failure::reject(c"serialization", chain(error))
            }
            ExecutionError::UseKeyspaceError(_) => Failure::retry(c"keyspace", error.to_string()),
            _ => Failure::fatal(c"driver", chain(error)),
        }
    }
}

impl From<&PrepareError> for Failure {
    fn from(error: &PrepareError) -> Failure {
        match error {
            PrepareError::ConnectionPoolError(error) => error.into(),
            PrepareError::AllAttemptsFailed { first_attempt } => first_attempt.into(),
            _ => Failure::retry(c"schema", error.to_string()),
        }
    }
}

impl From<&SchemaAgreementError> for Failure {
    fn from(error: &SchemaAgreementError) -> Failure {
        match error {
            SchemaAgreementError::Timeout(time) => Failure::retry(
                c"schema",
                format!("the nodes did not agree on the schema within {time:?}"),
            ),
            _ => Failure::retry(c"schema", error.to_string()),
        }
    }
}

impl From<&MetadataError> for Failure {
    fn from(error: &MetadataError) -> Failure {
        match error {
            MetadataError::ConnectionPoolError(error) => error.into(),
            MetadataError::FetchError(fetch) => match &fetch.error {
                MetadataFetchErrorKind::PrepareError(error) => error.into(),
                _ => Failure::retry(c"disconnected", chain(error)),
            },
            _ => Failure::retry(c"disconnected", chain(error)),
        }
    }
}

impl From<&NewSessionError> for Failure {
    fn from(error: &NewSessionError) -> Failure {
        match error {
            NewSessionError::FailedToResolveAnyHostname(names) => Failure::retry(
                c"name",
                format!("the name of no host is known: {}", names.join(", ")),
            ),
            NewSessionError::MetadataError(error) => error.into(),
            NewSessionError::UseKeyspaceError(_) => Failure::retry(c"keyspace", error.to_string()),
            _ => Failure::reject(c"configuration", error.to_string()),
        }
    }
}

/// An error with what caused it, where it does not say so itself.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi;

    #[test]
    fn servers_answers_have_their_class_and_their_words() {
        let unavailable = DbError::Unavailable {
            consistency: scylla::statement::Consistency::LocalQuorum,
            required: 2,
            alive: 1,
        };
        let failure = of_server(
            &unavailable,
            "Cannot achieve consistency level LOCAL_QUORUM",
        );
        assert_eq!(failure.status, Status::Retry);
        assert_eq!(failure.kind, c"unavailable");
        assert_eq!(
            failure.text,
            "Cannot achieve consistency level LOCAL_QUORUM"
        );
        assert_eq!(of_server(&DbError::Overloaded, "").status, Status::Retry);
        assert_eq!(of_server(&DbError::Invalid, "x").status, Status::Reject);
        assert_eq!(of_server(&DbError::Unauthorized, "x").kind, c"permission");
        assert_eq!(
            of_server(&DbError::ProtocolError, "x").status,
            Status::Fatal
        );
        assert!(!of_server(&DbError::ServerError, "").text.is_empty());
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let mut error = abi::Error {
            kind: std::ptr::null(),
            text: [1; ERROR_TEXT],
        };
        Failure::fatal(c"x", "\u{20ac}".repeat(1000)).store(&mut error);
        let len = error.text.iter().position(|&byte| byte == 0).unwrap();
        assert_eq!(len, 1023);
        let text = std::str::from_utf8(&error.text[..len]).unwrap();
        assert_eq!(text.chars().count(), 341);
    }
}
