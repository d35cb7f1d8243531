using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Shared.Security;

/// <summary>Settings under <c>Security:</c>: whose tokens are accepted.</summary>
public sealed class SecurityOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Security";

    /// <summary>The issuer of the tokens that the platform gives to its own services.</summary>
    public const string ServiceIssuer = "platform-services";

    /// <summary>The issuer of development tokens; refused outside Development.</summary>
    public const string DevelopmentIssuer = "platform-development";

    /// <summary>Shortest <see cref="ServiceSecret"/>, in bytes: the output of SHA-256 (RFC 7518 section 3.2).</summary>
    public const int ServiceSecretBytes = 32;

    /// <summary>The <c>iss</c> of people's and payers' tokens.</summary>
    public string Issuer { get; set; } = string.Empty;

    /// <summary>The <c>aud</c> that tokens must carry.</summary>
    public string Audience { get; set; } = string.Empty;

    /// <summary>Address of the issuer's OpenID Connect metadata, from which its keys are fetched and renewed.</summary>
    public string Authority { get; set; } = string.Empty;

    /// <summary>The issuer's public keys as a JSON Web Key Set (RFC 7517), instead of <see cref="Authority"/>.</summary>
    public string Jwks { get; set; } = string.Empty;

    /// <summary>File of the issuer's public keys, instead of <see cref="Authority"/>.</summary>
    public string JwksPath { get; set; } = string.Empty;

    /// <summary>
    /// The secret that services sign and check each other's tokens with (HS256). Without it no service token is accepted, which
    /// is right for the gateway: none comes from outside.
    /// </summary>
    public string ServiceSecret { get; set; } = string.Empty;

    /// <summary>Whether this process is a service that calls others or is called by them, and so needs the secret.</summary>
    internal bool NeedsServiceSecret { get; set; }
}

/// <summary>Refuses settings that cannot work or are not safe, one line for each problem.</summary>
internal sealed class SecurityOptionsValidator(IHostEnvironment environment) : IValidateOptions<SecurityOptions>
{
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        var problems = new List<string>();
        Require(options.Issuer.Length > 0, "Security:Issuer is not set: the iss of the tokens that are accepted.");
        Require(options.Audience.Length > 0, "Security:Audience is not set: the aud that tokens must carry.");
        Require(
            options.Issuer != SecurityOptions.ServiceIssuer,
            $"Security:Issuer must not be {SecurityOptions.ServiceIssuer}, which is the services' own.");
        Require(
            options.Issuer != SecurityOptions.DevelopmentIssuer || environment.IsDevelopment(),
            $"Security:Issuer {SecurityOptions.DevelopmentIssuer} is for Development; set the issuer of this environment.");
        var sources = new[] { options.Authority, options.Jwks, options.JwksPath }.Count(source => source.Length > 0);
        Require(sources == 1, $"Of Security:Authority, Security:Jwks and Security:JwksPath exactly one must be set; {sources} are.");
        Require(
            options.Authority.Length == 0 || environment.IsDevelopment()
                || options.Authority.StartsWith("https://", StringComparison.OrdinalIgnoreCase),
            "Security:Authority must begin with https://.");
        CheckKeys(options, problems);
        var secret = System.Text.Encoding.UTF8.GetByteCount(options.ServiceSecret);
        Require(
            secret >= SecurityOptions.ServiceSecretBytes || (secret == 0 && !options.NeedsServiceSecret),
            $"Security:ServiceSecret must have at least {SecurityOptions.ServiceSecretBytes} bytes; it has {secret}.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }

    private static void CheckKeys(SecurityOptions options, List<string> problems)
    {
        if (options.Jwks.Length == 0 && options.JwksPath.Length == 0)
        {
            return;
        }

        try
        {
            var keys = IssuerKeys.Read(options);
            if (keys.Keys.Any(key => key.Kty == JsonWebAlgorithmsKeyTypes.Octet))
            {
                problems.Add("The JSON Web Key Set has a symmetric key; the issuer's keys must be public ones.");
            }
            else if (keys.GetSigningKeys().Count == 0)
            {
                problems.Add("The JSON Web Key Set has no key to check signatures with.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"Security:JwksPath: {options.JwksPath} cannot be read.");
        }
        catch (Exception e) when (e is ArgumentException or System.Text.Json.JsonException)
        {
            problems.Add("The JSON Web Key Set is not valid (RFC 7517).");
        }
    }
}

/// <summary>The keys of the external issuer, where they are given and not fetched.</summary>
internal static class IssuerKeys
{
    public static JsonWebKeySet Read(SecurityOptions options) =>
        new(options.Jwks.Length > 0 ? options.Jwks : File.ReadAllText(options.JwksPath));
}
