using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Shared.Security;

namespace Platform.Support;

/// <summary>
/// An issuer of tokens in the test's own process: its public key goes to the services by <see cref="Settings"/>, as that of a
/// real issuer would.
/// </summary>
/// <param name="time">The clock of the services; the system's when not given.</param>
public sealed class TestTokens(TimeProvider? time = null) : IDisposable
{
    /// <summary>The <c>iss</c> of its tokens.</summary>
    public const string Issuer = "https://issuer.test";

    /// <summary>The <c>aud</c> of its tokens.</summary>
    public const string Audience = "platform";

    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The secret of the services' own tokens.</summary>
    public string ServiceSecret { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What a service must be configured with to accept these tokens and those of other services.</summary>
    public Dictionary<string, string?> Settings => new(StringComparer.Ordinal)
    {
        ["Security:Issuer"] = Issuer,
        ["Security:Audience"] = Audience,
        ["Security:Jwks"] = Jwks,
        ["Security:ServiceSecret"] = ServiceSecret,
    };

    private string Jwks
    {
        get
        {
            var point = key.ExportParameters(includePrivateParameters: false).Q;
            return $$"""
                {"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"test",
                "x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}]}
                """;
        }
    }

    /// <summary>A regional operator of the whole network, or of the given sites.</summary>
    public Metadata Operator(Guid network, params Guid[] sites) => Bearer(Mint(CallerRole.Operator, network, sites));

    /// <summary>An administrator of the given sites.</summary>
    public Metadata SiteAdmin(Guid network, params Guid[] sites) => Bearer(Mint(CallerRole.SiteAdmin, network, sites));

    /// <summary>A clinician at the given sites.</summary>
    public Metadata Clinician(Guid network, params Guid[] sites) => Bearer(Mint(CallerRole.Clinician, network, sites));

    /// <summary>A payer.</summary>
    public Metadata Payer(Guid network, Guid payer) => Bearer(Mint(CallerRole.Payer, network, [], payer));

    /// <summary>An operator whose token has expired an hour ago.</summary>
    public Metadata Expired(Guid network) => Bearer(Mint(CallerRole.Operator, network, [], lifetime: TimeSpan.FromHours(-1)));

    /// <summary>The headers of a call with a token.</summary>
    public static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };

    /// <summary>A token of any kind.</summary>
    /// <param name="role">Role.</param>
    /// <param name="network">Network.</param>
    /// <param name="sites">Sites; none means all of the network.</param>
    /// <param name="payer">Payer, where the role is one.</param>
    /// <param name="lifetime">From now to its expiry; an hour when not given.</param>
    /// <param name="change">Changes the token before it is signed: another issuer, audience, key or claim.</param>
    public string Mint(
        CallerRole role, Guid network, IReadOnlyCollection<Guid> sites, Guid? payer = null, TimeSpan? lifetime = null,
        Action<SecurityTokenDescriptor>? change = null)
    {
        var expires = clock.GetUtcNow() + (lifetime ?? TimeSpan.FromHours(1));
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["sub"] = $"test-{RoleNames.Of(role)}",
            [CallerClaims.Role] = RoleNames.Of(role),
            [CallerClaims.Network] = network.ToString(),
            [CallerClaims.Sites] = sites.Count == 0 ? "*" : sites.Select(site => site.ToString()).ToArray(),
        };
        if (payer is { } id)
            claims[CallerClaims.Payer] = id.ToString();
        var token = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = (expires - TimeSpan.FromHours(2)).UtcDateTime,
            NotBefore = (expires - TimeSpan.FromHours(2)).UtcDateTime,
            Expires = expires.UtcDateTime,
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = "test" }, SecurityAlgorithms.EcdsaSha256),
            Claims = claims,
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler().CreateToken(token);
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
