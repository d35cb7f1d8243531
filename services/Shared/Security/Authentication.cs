using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Shared.Security;

/// <summary>
/// Whose tokens are accepted: those of one external issuer, for people and payers, and those that services give each other. Each
/// issuer has its own keys and algorithms, and only the services' issuer can make a caller a service.
/// </summary>
public static class Authentication
{
    /// <summary>How far the clocks of an issuer and of this process may differ.</summary>
    internal static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private const string ByIssuer = "platform";
    private const string External = "external";
    private const string Service = "service";

    private static readonly string[] PublicKeyAlgorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    /// <summary>Checks the token of every request, and denies what has no policy.</summary>
    public static WebApplicationBuilder AddPlatformAuthentication(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddOptions<SecurityOptions>().BindConfiguration(SecurityOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidator>());
        builder.Services.AddAuthentication(ByIssuer)
            .AddPolicyScheme(ByIssuer, ByIssuer, scheme => scheme.ForwardDefaultSelector = SchemeOf)
            .AddJwtBearer(External, _ => { })
            .AddJwtBearer(Service, _ => { });
        builder.Services.AddOptions<JwtBearerOptions>(External).Configure<IOptions<SecurityOptions>, TimeProvider>(UseExternal);
        builder.Services.AddOptions<JwtBearerOptions>(Service).Configure<IOptions<SecurityOptions>, TimeProvider>(UseService);
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalHandler>();
        return builder;
    }

    /// <summary>The issuer says which keys are tried; it is believed only once the signature holds.</summary>
    private static string SchemeOf(HttpContext context)
    {
        const string bearer = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
        {
            return External;
        }

        var token = header[bearer.Length..].Trim();
        var handler = new JsonWebTokenHandler();
        try
        {
            return handler.CanReadToken(token) && handler.ReadJsonWebToken(token).Issuer == SecurityOptions.ServiceIssuer
                ? Service
                : External;
        }
        catch (ArgumentException)
        {
            return External;
        }
    }

    private static void UseExternal(JwtBearerOptions bearer, IOptions<SecurityOptions> security, TimeProvider time)
    {
        var options = security.Value;
        Common(bearer, options, time);
        bearer.TokenValidationParameters.ValidIssuer = options.Issuer;
        bearer.TokenValidationParameters.ValidAlgorithms = PublicKeyAlgorithms;
        bearer.Events.OnTokenValidated = context => Accept(context, isService: false);
        if (options.Authority.Length > 0)
        {
            bearer.Authority = options.Authority;
            bearer.RequireHttpsMetadata = options.Authority.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        }
        else
        {
            bearer.TokenValidationParameters.IssuerSigningKeys = IssuerKeys.Read(options).GetSigningKeys();
        }
    }

    private static void UseService(JwtBearerOptions bearer, IOptions<SecurityOptions> security, TimeProvider time)
    {
        var options = security.Value;
        Common(bearer, options, time);
        bearer.TokenValidationParameters.ValidIssuer = SecurityOptions.ServiceIssuer;
        bearer.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.HmacSha256];
        bearer.TokenValidationParameters.IssuerSigningKeys = options.ServiceSecret.Length == 0
            ? []
            : [new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.ServiceSecret))];
        bearer.Events.OnTokenValidated = context => Accept(context, isService: true);
    }

    private static void Common(JwtBearerOptions bearer, SecurityOptions options, TimeProvider time)
    {
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = options.Audience,
            ClockSkew = ClockSkew,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            NameClaimType = "sub",
            RoleClaimType = CallerClaims.Role,
            LifetimeValidator = (from, to, _, _) => CheckLifetime(from, to, time.GetUtcNow().UtcDateTime),
        };
        bearer.Events = new JwtBearerEvents();
    }

    private static bool CheckLifetime(DateTime? from, DateTime? to, DateTime now)
    {
        if (to is null)
        {
            throw new SecurityTokenNoExpirationException("The token has no exp.");
        }

        if (to < now - ClockSkew)
        {
            throw new SecurityTokenExpiredException("The token has expired.") { Expires = to.Value };
        }

        return from is null || from <= now + ClockSkew;
    }

    private static Task Accept(TokenValidatedContext context, bool isService)
    {
        var caller = CallerClaims.From(context.Principal!);
        if (caller is null)
        {
            context.Fail("The token lacks a subject, one role, a network or sites.");
        }
        else if (caller.Role == CallerRole.Service != isService)
        {
            context.Fail("The issuer of the token cannot give that role.");
        }

        return Task.CompletedTask;
    }
}
