using Grpc.AspNetCore.Server;
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

        var isCall = context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;
        if (isCall && authorizeResult.Forbidden && IsNothing(context.GetEndpoint()))
        {
            RefuseCall(context, new RpcException(new Status(StatusCode.Unimplemented, "There is no such service or method here.")));
            return;
        }

        var error = !authorizeResult.Forbidden ? await ReasonAsync(context)
            : IsNothing(context.GetEndpoint()) ? DomainError.NotFound("address")
            : WrongRole;
        if (isCall)
        {
            RefuseCall(context, error.ToRpcException());
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

    /// <summary>
    /// Whether the request met what nobody wrote: no endpoint, or the one that gRPC puts where there is no service or method. It has no
    /// policy, and so is closed; but a caller with a token may know that there is nothing behind it.
    /// </summary>
    private static bool IsNothing(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<GrpcMethodMetadata>() is null && endpoint?.Metadata.GetMetadata<IAuthorizeData>() is null;

    /// <summary>A Trailers-Only answer: the status travels in the headers (gRPC over HTTP/2, Responses).</summary>
    private static void RefuseCall(HttpContext context, RpcException failure)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)failure.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(failure.Status.Detail);
        if (failure.Trailers.GetValueBytes(MetadataExtensions.StatusDetailsTrailerName) is { } details)
        {
            context.Response.Headers[MetadataExtensions.StatusDetailsTrailerName] = Convert.ToBase64String(details).TrimEnd('=');
        }
    }
}
