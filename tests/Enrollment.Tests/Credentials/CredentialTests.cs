using Grpc.Core;
using Platform.Enrollment.Sites;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.Credentials;

public sealed class CredentialTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_lapses_in_ninety_days_is_listed_the_first_to_lapse_first(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var site = await world.CreateAsync();
        await RecordAsync(world, site, "in-100", expires: 100);
        await RecordAsync(world, site, "in-80", expires: 80);
        await RecordAsync(world, site, "lapsed", expires: -5);
        await RecordAsync(world, site, "in-10", expires: 10);
        var expiring = (await world.Credentials().ListExpiringCredentialsAsync(new(), world.Operator)).Credentials;
        expiring.Select(c => c.Number).ShouldBe(["lapsed", "in-10", "in-80"]);
        expiring.Select(c => c.DaysLeft).ShouldBe([-5, 10, 80]);
        (await world.Credentials().ListExpiringCredentialsAsync(new() { WithinDays = 30 }, world.Operator))
            .Credentials.Select(c => c.Number).ShouldBe(["lapsed", "in-10"]);
        var first = await world.Credentials().ListExpiringCredentialsAsync(new() { WithinDays = 365, Page = new() { Size = 3 } }, world.Operator);
        var rest = await world.Credentials().ListExpiringCredentialsAsync(
            new() { WithinDays = 365, Page = new() { Size = 3, Token = first.NextPageToken } }, world.Operator);
        (first.Credentials.Count, rest.Credentials.Single().Number, rest.NextPageToken).ShouldBe((3, "in-100", ""));
    }

    [Fact]
    public async Task They_are_listed_for_a_region_a_site_and_the_callers_sites()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var region = await world.RegionAsync("North");
        var details = SitesWorld.Details("North House");
        details.RegionId = region.Id;
        var (north, south) = (await world.CreateAsync(details), await world.CreateAsync());
        await RecordAsync(world, north, "north", expires: 10);
        await RecordAsync(world, south, "south", expires: 20);
        var admin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(south.Id));
        (await NumbersAsync(new() { RegionId = region.Id }, world.Operator)).ShouldBe(["north"]);
        (await NumbersAsync(new() { SiteId = south.Id }, world.Operator)).ShouldBe(["south"]);
        (await NumbersAsync(new(), admin)).ShouldBe(["south"]);
        await World.FailureAsync(world.Credentials().ListExpiringCredentialsAsync(new() { SiteId = north.Id }, admin), StatusCode.NotFound);
        await World.FailureAsync(world.Credentials().ListCredentialsAsync(new() { SiteId = north.Id }, admin), StatusCode.NotFound);

        async Task<IEnumerable<string>> NumbersAsync(ListExpiringCredentialsRequest request, Metadata headers) =>
            (await world.Credentials().ListExpiringCredentialsAsync(request, headers)).Credentials.Select(c => c.Number);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_renewal_follows_the_old_one_which_is_kept(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var site = await world.CreateAsync();
        var old = await RecordAsync(world, site, "L-1", expires: 10);
        (await World.FailureAsync(Record(world, site, "L-1", expires: 400), StatusCode.AlreadyExists)).ShouldBe("CREDENTIAL_EXISTS");
        await World.FailureAsync(Renew(old, World.Today(10)), StatusCode.InvalidArgument);
        var renewed = (await Renew(old, World.Today(375))).Credential;
        (renewed.Number, renewed.RenewsId, renewed.ValidFrom, renewed.Status).ShouldBe(("L-1", old.Id, World.Today(11), V1.CredentialStatus.Current));
        (await world.Credentials().ListExpiringCredentialsAsync(new(), world.Operator)).Credentials.ShouldBeEmpty();
        (await ListAsync(past: false)).ShouldBe([renewed.Id]);
        (await ListAsync(past: true)).ShouldBe([old.Id, renewed.Id]);
        (await World.FailureAsync(Renew(old, World.Today(800)), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");

        var withdraw = new WithdrawCredentialRequest
        {
            RequestId = World.NewId(), CredentialId = renewed.Id, Etag = renewed.Etag, WithdrawnOn = World.Today(), Reason = "surrendered",
        };
        await World.FailureAsync(world.Credentials().WithdrawCredentialAsync(withdraw, world.Operator), StatusCode.InvalidArgument);
        var other = await RecordAsync(world, site, "L-2", expires: 10);
        withdraw = new() { RequestId = World.NewId(), CredentialId = other.Id, Etag = other.Etag, WithdrawnOn = World.Today(), Reason = "surrendered" };
        var withdrawn = (await world.Credentials().WithdrawCredentialAsync(withdraw, world.Operator)).Credential;
        (withdrawn.Status, withdrawn.WithdrawnOn).ShouldBe((V1.CredentialStatus.Withdrawn, World.Today()));
        (await World.FailureAsync(Renew(withdrawn, World.Today(500)), StatusCode.FailedPrecondition)).ShouldBe("CREDENTIAL_NOT_CURRENT");

        AsyncUnaryCall<RenewCredentialResponse> Renew(V1.Credential credential, string expires) => world.Credentials().RenewCredentialAsync(
            new() { RequestId = World.NewId(), CredentialId = credential.Id, Etag = credential.Etag, ExpiresOn = expires }, world.Operator);

        async Task<IEnumerable<string>> ListAsync(bool past) =>
            (await world.Credentials().ListCredentialsAsync(new() { SiteId = site.Id, IncludePast = past }, world.Operator)).Credentials.Select(c => c.Id);
    }

    private static AsyncUnaryCall<RecordCredentialResponse> Record(World world, V1.Site site, string number, int expires) =>
        world.Credentials().RecordCredentialAsync(
            new()
            {
                RequestId = World.NewId(), SiteId = site.Id, Kind = V1.CredentialKind.License, Number = number,
                Issuer = "Department of Behavioral Health", State = "VA", ValidFrom = World.Today(-300), ExpiresOn = World.Today(expires),
            },
            world.Operator);

    private static async Task<V1.Credential> RecordAsync(World world, V1.Site site, string number, int expires) =>
        (await Record(world, site, number, expires)).Credential;
}
