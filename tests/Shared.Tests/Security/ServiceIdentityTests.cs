using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.Shared.Hosting;
using Platform.Shared.Security;
using Platform.Support;

namespace Platform.Shared.Tests.Security;

public sealed class ServiceIdentityTests
{
    private readonly ManualTimeProvider time = new();
    private readonly Guid network = Guid.CreateVersion7();
    private readonly ServiceIdentity identity;

    public ServiceIdentityTests() => identity = new ServiceIdentity(
        Options.Create(new SecurityOptions { Audience = "platform", ServiceSecret = new string('s', 32) }),
        Options.Create(new PlatformOptions { Service = "billing" }),
        time);

    [Fact]
    public void A_token_names_the_service_the_network_and_all_of_its_sites()
    {
        var token = Token(network);

        token.Subject.ShouldBe("billing");
        token.Issuer.ShouldBe("platform-services");
        token.GetClaim("role").Value.ShouldBe("service");
        token.GetClaim("network").Value.ShouldBe(network.ToString());
        token.GetClaim("sites").Value.ShouldBe("*");
        (token.ValidTo - time.GetUtcNow().UtcDateTime).ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void It_is_kept_and_renewed_while_it_still_holds()
    {
        var first = Token(network);

        time.Advance(TimeSpan.FromMinutes(3));
        Token(network).EncodedToken.ShouldBe(first.EncodedToken);

        time.Advance(TimeSpan.FromMinutes(1));
        Token(network).ValidTo.ShouldBeGreaterThan(first.ValidTo);
    }

    [Fact]
    public void Networks_do_not_share_one() =>
        Token(Guid.CreateVersion7()).GetClaim("network").Value.ShouldNotBe(Token(network).GetClaim("network").Value);

    private JsonWebToken Token(Guid of) => new(identity.HeadersFor(of).GetValue("authorization")!["Bearer ".Length..]);
}
