using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using Platform.Shared.Errors;

namespace Platform.Shared.Security;

/// <summary>
/// Tells a refused caller why, as its protocol says it: a gRPC caller gets a status, others a problem document. That a token has
/// expired is said; of one that does not hold, nothing more than that.
/// </summary>
internal sealed class RefusalHandler : IAuthorizationMiddlewareResultHandler
{
    private static readonly DomainError NoToken =
        new(ErrorKind.Unauthenticated, "TOKEN_REQUIRED", "A bearer token is required.");

    private static readonly DomainError BadToken =
        new(ErrorKind.Unauthenticated, "TOKEN_INVALID", "The token is not valid here.");

    private static readonly DomainError ExpiredToken =
        new(ErrorKind.Unauthenticated, "TOKEN_EXPIRED", "The token has expired. Get a new one and repeat.");

    private static readonly DomainError WrongRole =
        new(ErrorKind.PermissionDenied, "ROLE_NOT_ALLOWED", "The role of this token may not do this.");

    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        var error = authorizeResult.Forbidden ? WrongRole : await ReasonAsync(context);
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            RefuseCall(context, error);
            return;
        }

        if (error.Kind == ErrorKind.Unauthenticated)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        await Problem.WriteAsync(context, error);
    }

    private static async Task<DomainError> ReasonAsync(HttpContext context)
    {
        // The result of this request's check, which the scheme keeps; the token is not looked at again.
        var result = await context.AuthenticateAsync();
        return result.Failure switch
        {
            null => NoToken,
            SecurityTokenExpiredException => ExpiredToken,
            AggregateException many when many.InnerExceptions.Any(e => e is SecurityTokenExpiredException) => ExpiredToken,
            _ => BadToken,
        };
    }

    /// <summary>A Trailers-Only answer: the status travels in the headers (gRPC over HTTP/2, Responses).</summary>
    private static void RefuseCall(HttpContext context, DomainError error)
    {
        var failure = error.ToRpcException();
        var details = failure.Trailers.GetValueBytes(MetadataExtensions.StatusDetailsTrailerName)!;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)failure.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(failure.Status.Detail);
        context.Response.Headers[MetadataExtensions.StatusDetailsTrailerName] = Convert.ToBase64String(details).TrimEnd('=');
    }
}
