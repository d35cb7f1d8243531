using System.Collections.Concurrent;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Shared.Hosting;

namespace Platform.Shared.Security;

/// <summary>
/// The identity with which this service calls another one: a short token signed with the secret that services share, for one
/// network and all of its sites.
/// </summary>
public sealed class ServiceIdentity(IOptions<SecurityOptions> security, IOptions<PlatformOptions> platform, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, (string Header, DateTimeOffset Until)> _headers = new();

    /// <summary>The headers of a call in the name of this service.</summary>
    /// <param name="networkId">The network that the call is for.</param>
    public Metadata HeadersFor(Guid networkId)
    {
        var now = time.GetUtcNow();
        if (!_headers.TryGetValue(networkId, out var known) || known.Until <= now)
        {
            known = (Mint(networkId, now), now + Lifetime - RenewBefore);
            _headers[networkId] = known;
        }

        return new Metadata { { "authorization", known.Header } };
    }

    private string Mint(Guid networkId, DateTimeOffset now)
    {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(security.Value.ServiceSecret));
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = SecurityOptions.ServiceIssuer,
            Audience = security.Value.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = platform.Value.Service,
                [CallerClaims.Role] = RoleNames.Of(CallerRole.Service),
                [CallerClaims.Network] = networkId.ToString("D"),
                [CallerClaims.Sites] = "*",
            },
        });
        return $"Bearer {token}";
    }
}
