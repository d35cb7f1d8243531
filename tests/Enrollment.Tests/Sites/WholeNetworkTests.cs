using Grpc.Core;

namespace Platform.Enrollment.Sites;

/// <summary>What is of the whole network is not changed by who sees some of its sites.</summary>
public sealed class WholeNetworkTests(Hosts hosts)
{
    [Fact]
    public async Task An_operator_of_some_sites_opens_no_site_and_changes_no_region_nor_the_network()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var region = await world.RegionAsync("North");
        var site = await world.CreateAsync();
        var some = world.Tokens.Operator(world.Network, Guid.Parse(site.Id));
        var network = (await world.Networks().GetNetworkAsync(new(), some)).Network;
        await RefusedAsync(world.Sites.CreateSiteAsync(new() { RequestId = World.NewId(), Details = SitesWorld.Details("Oak House") }, some));
        await RefusedAsync(world.Regions().CreateRegionAsync(new() { RequestId = World.NewId(), Name = "South" }, some));
        await RefusedAsync(world.Regions().RenameRegionAsync(
            new() { RequestId = World.NewId(), RegionId = region.Id, Etag = region.Etag, Name = "East" }, some));
        await RefusedAsync(world.Regions().CloseRegionAsync(new() { RequestId = World.NewId(), RegionId = region.Id, Etag = region.Etag }, some));
        await RefusedAsync(world.Networks().UpdateNetworkAsync(
            new() { RequestId = World.NewId(), DisplayName = "Mine", Etag = network.Etag }, some));
        (await world.Regions().ListRegionsAsync(new(), world.Operator)).Regions.Single().Name.ShouldBe("North");
    }

    [Fact]
    public async Task An_operator_of_some_sites_imports_no_file_which_may_name_any()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        using var call = world.Sites.ImportSites(world.Tokens.Operator(world.Network, Guid.NewGuid()));
        await call.RequestStream.CompleteAsync();
        var error = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        error.StatusCode.ShouldBe(StatusCode.PermissionDenied, error.Status.Detail);
    }

    private static async Task RefusedAsync<T>(AsyncUnaryCall<T> call) =>
        (await World.FailureAsync(call, StatusCode.PermissionDenied)).ShouldBe("NETWORK_WIDE");
}
