using System.Text;

namespace Platform.Shared.Errors;

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Field">Path of the field in the request, as in the proto: <c>person.birth_date</c>, <c>answers[2].reason</c>.</param>
/// <param name="Description">What is wrong with it, and what is expected; never repeats a person's data.</param>
public sealed record FieldViolation(string Field, string Description);

/// <summary>
/// A failure that a caller can act on. It becomes a <c>google.rpc.Status</c> with <c>ErrorInfo</c> and <c>BadRequest</c>
/// details on gRPC and <c>application/problem+json</c> (RFC 9457) on HTTP.
/// </summary>
/// <param name="Kind">What kind of failure; decides the status.</param>
/// <param name="Code">Stable machine code in UPPER_SNAKE_CASE, such as <c>PROGRAM_FULL</c>.</param>
/// <param name="Message">What is wrong and what to do, for people; never carries a person's data.</param>
public sealed record DomainError(ErrorKind Kind, string Code, string Message)
{
    /// <summary>The <c>ErrorInfo.domain</c> of every error here.</summary>
    public const string Domain = "platform";

    // An error travels in the trailers of a call. Of more than they take (gRPC clients 8 to 16 KiB, .NET 64) a client keeps nothing,
    // and .NET ends the connection with all calls on it.
    private const int LongestPath = 200;
    private const int LongestDescription = 500;
    private const int MostBytes = 2_000;

    /// <summary>What is wrong, field by field; empty unless <see cref="Kind"/> is <see cref="ErrorKind.InvalidArgument"/>.</summary>
    public IReadOnlyList<FieldViolation> Fields { get; init; } = [];

    /// <summary>The request has fields that are wrong: as many are named as fit into an error, and how many more there are.</summary>
    public static DomainError Invalid(IReadOnlyList<FieldViolation> fields)
    {
        var named = new List<FieldViolation>();
        var left = MostBytes;
        foreach (var (path, description) in fields)
        {
            // Both may have in them what the caller chose.
            var field = new FieldViolation(Shortened(path, LongestPath), Shortened(description, LongestDescription));
            left -= Encoding.UTF8.GetByteCount(field.Field) + Encoding.UTF8.GetByteCount(field.Description);
            if (left < 0 && named.Count > 0)
            {
                break;
            }

            named.Add(field);
        }

        var more = named.Count < fields.Count ? $" And {fields.Count - named.Count} more." : string.Empty;
        return new DomainError(
            ErrorKind.InvalidArgument, "INVALID_ARGUMENT", string.Join(" ", named.Select(f => $"{f.Field}: {f.Description}.")) + more)
        {
            Fields = named,
        };
    }

    /// <summary>The request has one field that is wrong.</summary>
    public static DomainError Invalid(string field, string description) => Invalid([new FieldViolation(field, description)]);

    /// <summary>It does not exist, or the caller may not know that it does: both answer the same.</summary>
    /// <param name="what">The field's word for it, such as <c>episode</c>.</param>
    public static DomainError NotFound(string what) =>
        new(ErrorKind.NotFound, "NOT_FOUND", $"There is no such {what}, or it is not yours to see.");

    /// <summary>The system is not in a state that allows it.</summary>
    public static DomainError Precondition(string code, string message) => new(ErrorKind.FailedPrecondition, code, message);

    /// <summary>Something equal exists already.</summary>
    public static DomainError Exists(string code, string message) => new(ErrorKind.AlreadyExists, code, message);

    /// <summary>Nothing is left.</summary>
    public static DomainError Exhausted(string code, string message) => new(ErrorKind.ResourceExhausted, code, message);

    /// <summary>The etag given is not the current one (AIP-154).</summary>
    public static DomainError StaleEtag { get; } =
        new(ErrorKind.Aborted, "ETAG_MISMATCH", "It was changed since it was read. Read it again and repeat with the new etag.");

    /// <summary>A request id comes again with another request (AIP-155).</summary>
    public static DomainError RequestIdReused { get; } = new(
        ErrorKind.AlreadyExists, "REQUEST_ID_REUSED", "This request_id was used for another request. Use a new one.");

    /// <summary>A part that is needed does not answer.</summary>
    public static DomainError Unavailable(string part) =>
        new(ErrorKind.Unavailable, "UNAVAILABLE", $"The {part} does not answer. Repeat with the same request_id: what was done already is not done again.");

    /// <summary>The exception that carries this error to the edge of the service.</summary>
    public DomainException ToException() => new(this);

    private static string Shortened(string text, int length) =>
        text.Length <= length ? text : $"{text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)]}...";
}

/// <summary>Carries a <see cref="DomainError"/> to the edge of the service. Its text is safe to show to a caller.</summary>
public sealed class DomainException : Exception
{
    /// <summary>Wraps <paramref name="error"/>.</summary>
    public DomainException(DomainError error)
        : base(error.Message) => Error = error;

    /// <summary>What is wrong.</summary>
    public DomainError Error { get; }
}
