using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Platform.Shared.Errors;

/// <summary>
/// Writes a <see cref="DomainError"/> into a <c>google.rpc.Status</c>, and reads it back, so that an error passes through the
/// gateway and through services unchanged.
/// </summary>
public static class ErrorDetails
{
    // Field 1 of ErrorInfo has had two names in the generated class; its number is what the wire and this code go by.
    private static readonly IFieldAccessor Reason = ErrorInfo.Descriptor.FindFieldByNumber(1).Accessor;

    /// <summary>The error as gRPC sends it: a status, with <c>ErrorInfo</c> and, for fields, <c>BadRequest</c> as details.</summary>
    public static RpcException ToRpcException(this DomainError error)
    {
        var code = error.Kind.ToStatusCode();
        var status = new Google.Rpc.Status { Code = (int)code, Message = error.Message };
        var info = new ErrorInfo { Domain = DomainError.Domain };
        Reason.SetValue(info, error.Code);
        status.Details.Add(Any.Pack(info));
        if (error.Fields.Count > 0)
        {
            var fields = new BadRequest();
            fields.FieldViolations.Add(error.Fields.Select(field =>
                new BadRequest.Types.FieldViolation { Field = field.Field, Description = field.Description }));
            status.Details.Add(Any.Pack(fields));
        }

        return status.ToRpcException();
    }

    /// <summary>The error that another service of the platform answered with; null when the failure is none of ours.</summary>
    public static DomainError? ToDomainError(this RpcException exception)
    {
        if (KindOf(exception.StatusCode) is not { } kind
            || exception.Trailers.GetRpcStatus(ignoreParseError: true) is not { } status
            || status.GetDetail<ErrorInfo>() is not { Domain: DomainError.Domain } info)
        {
            return null;
        }

        var fields = status.GetDetail<BadRequest>()?.FieldViolations
            .Select(field => new FieldViolation(field.Field, field.Description));
        return new DomainError(kind, (string)Reason.GetValue(info), status.Message) { Fields = [.. fields ?? []] };
    }

    internal static StatusCode ToStatusCode(this ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => StatusCode.InvalidArgument,
        ErrorKind.NotFound => StatusCode.NotFound,
        ErrorKind.AlreadyExists => StatusCode.AlreadyExists,
        ErrorKind.FailedPrecondition => StatusCode.FailedPrecondition,
        ErrorKind.Aborted => StatusCode.Aborted,
        ErrorKind.ResourceExhausted => StatusCode.ResourceExhausted,
        ErrorKind.PermissionDenied => StatusCode.PermissionDenied,
        ErrorKind.Unauthenticated => StatusCode.Unauthenticated,
        ErrorKind.Unavailable => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    private static ErrorKind? KindOf(StatusCode code)
    {
        foreach (var kind in System.Enum.GetValues<ErrorKind>())
        {
            if (kind.ToStatusCode() == code)
            {
                return kind;
            }
        }

        return null;
    }
}
