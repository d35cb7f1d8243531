using System.Diagnostics;
using Grpc.Core;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Platform.Shared.Errors;

/// <summary>Writes errors as <c>application/problem+json</c> (RFC 9457).</summary>
public static class Problem
{
    /// <summary>Writes <paramref name="error"/> as the response, with a <c>type</c> that never changes for its code.</summary>
    public static Task WriteAsync(HttpContext context, DomainError error)
    {
        var document = Document(context, StatusOf(error), error.Code, error.Message);
        if (error.Fields.Count > 0)
        {
            document.Extensions["errors"] = error.Fields
                .Select(field => new { field = field.Field, description = field.Description })
                .ToArray();
        }

        return WriteAsync(context, document);
    }

    /// <summary>Writes an error that HTTP alone knows, such as 413 or 429, as the response.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Stable machine code in UPPER_SNAKE_CASE.</param>
    /// <param name="detail">What is wrong and what to do, for people; never carries a person's data.</param>
    public static Task WriteAsync(HttpContext context, int status, string code, string detail) =>
        WriteAsync(context, Document(context, status, code, detail));

    /// <summary>Writes a fault: a trace id to quote and nothing of what failed.</summary>
    internal static Task WriteFaultAsync(HttpContext context) => WriteAsync(
        context,
        Document(
            context, StatusCodes.Status500InternalServerError, "INTERNAL", $"The request failed; quote trace id {TraceId(context)}."));

    internal static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    private static ProblemDetails Document(HttpContext context, int status, string code, string detail)
    {
        var document = new ProblemDetails
        {
            Type = $"urn:platform:error:{code}",
            Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = detail,
        };
        document.Extensions["code"] = code;
        document.Extensions["traceId"] = TraceId(context);
        return document;
    }

    private static Task WriteAsync(HttpContext context, ProblemDetails document)
    {
        context.Response.StatusCode = document.Status!.Value;
        return context.Response.WriteAsJsonAsync(
            document, options: null, contentType: "application/problem+json", cancellationToken: context.RequestAborted);
    }

    private static int StatusOf(DomainError error) => error.Kind switch
    {
        ErrorKind.InvalidArgument => StatusCodes.Status400BadRequest,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.AlreadyExists when error.Code == DomainError.RequestIdReused.Code => StatusCodes.Status422UnprocessableEntity,
        ErrorKind.AlreadyExists or ErrorKind.FailedPrecondition or ErrorKind.ResourceExhausted => StatusCodes.Status409Conflict,
        ErrorKind.Aborted => StatusCodes.Status412PreconditionFailed,
        ErrorKind.PermissionDenied => StatusCodes.Status403Forbidden,
        ErrorKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}

/// <summary>
/// Answers a failed HTTP request with a problem document: the domain error that was thrown here or that came back from a service,
/// or a fault with a trace id. Used by <c>UseExceptionHandler</c>.
/// </summary>
internal sealed class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            await Problem.WriteAsync(
                httpContext, StatusCodes.Status413PayloadTooLarge, "TOO_LARGE", "The body is larger than what is taken here.");
            return true;
        }

        var error = exception switch
        {
            DomainException domain => domain.Error,
            BadHttpRequestException => new DomainError(ErrorKind.InvalidArgument, "BAD_REQUEST", "The request could not be read."),
            RpcException rpc when rpc.ToDomainError() is { } from => from,
            RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded } => DomainError.Unavailable("service"),
            _ => null,
        };
        if (error is not null)
        {
            await Problem.WriteAsync(httpContext, error);
            return true;
        }

        logger.LogError(
            "{Method} failed in trace {TraceId}: {Failure}",
            httpContext.Request.Method, Problem.TraceId(httpContext), SafeException.Describe(exception));
        await Problem.WriteFaultAsync(httpContext);
        return true;
    }
}
