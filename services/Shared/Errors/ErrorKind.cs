namespace Platform.Shared.Errors;

/// <summary>What kind of failure a <see cref="DomainError"/> is; decides the gRPC and the HTTP status.</summary>
public enum ErrorKind
{
    /// <summary>The request itself is wrong. INVALID_ARGUMENT, 400.</summary>
    InvalidArgument,

    /// <summary>It does not exist, or the caller may not know that it does. NOT_FOUND, 404.</summary>
    NotFound,

    /// <summary>It exists already, or a request id was used for another request. ALREADY_EXISTS, 409 (422 for the request id).</summary>
    AlreadyExists,

    /// <summary>The system is not in a state that allows it. FAILED_PRECONDITION, 409.</summary>
    FailedPrecondition,

    /// <summary>It was changed since it was read: read again and repeat. ABORTED, 412.</summary>
    Aborted,

    /// <summary>Nothing is left: no place, no unit, or too many requests. RESOURCE_EXHAUSTED, 409.</summary>
    ResourceExhausted,

    /// <summary>The caller may never do this. PERMISSION_DENIED, 403.</summary>
    PermissionDenied,

    /// <summary>The caller has no token, or one that does not hold. UNAUTHENTICATED, 401.</summary>
    Unauthenticated,

    /// <summary>A part that is needed does not answer: repeat later with the same request id. UNAVAILABLE, 503.</summary>
    Unavailable,
}
