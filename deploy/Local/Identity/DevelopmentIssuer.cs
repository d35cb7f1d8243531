using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Shared.Security;

namespace Platform.Local.Identity;

/// <summary>
/// Gives tokens to whoever asks, so that the platform can be tried without an identity provider. It exists in this program only,
/// which refuses to run outside Development; and every service refuses this issuer's name there.
/// </summary>
public sealed class DevelopmentIssuer(TimeProvider time) : IDisposable
{
    /// <summary>The <c>iss</c> claim: the name that every service refuses outside Development.</summary>
    public const string Name = SecurityOptions.DevelopmentIssuer;

    /// <summary>The <c>aud</c> claim.</summary>
    public const string Audience = "platform";

    /// <summary>The network of the made-up sites.</summary>
    public static readonly Guid Network = Guid.Parse("0190a000-0000-7000-8000-000000000001");

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _keyId = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));

    /// <summary>The public key, as a JSON Web Key Set (RFC 7517).</summary>
    public string Jwks
    {
        get
        {
            var point = _key.ExportParameters(includePrivateParameters: false).Q;
            return $$"""
                {"keys":[{"kty":"EC","use":"sig","alg":"ES256","crv":"P-256","kid":"{{_keyId}}","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}]}
                """;
        }
    }

    /// <summary>Refuses to run anywhere but in Development.</summary>
    /// <exception cref="InvalidOperationException">The environment is another one.</exception>
    public static void RequireDevelopment(string environment)
    {
        if (!string.Equals(environment, Environments.Development, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                $"The environment is {environment}. This program gives tokens to anyone and runs in Development only; "
                + "see the README for running the real stack.");
        }
    }

    /// <summary>A token for <paramref name="identity"/>, valid for eight hours.</summary>
    public string TokenFor(DevelopmentIdentity identity)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["sub"] = identity.Subject,
            [CallerClaims.Role] = RoleNames.Of(identity.Role),
            [CallerClaims.Network] = identity.Network.ToString(),
            [CallerClaims.Sites] = identity.Sites is null ? ["*"] : identity.Sites.Select(s => s.ToString()).ToArray(),
        };
        if (identity.PayerId is { } payer)
        {
            claims[CallerClaims.Payer] = payer.ToString();
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(
                new ECDsaSecurityKey(_key) { KeyId = _keyId }, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
