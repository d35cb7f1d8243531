using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.Sites;

/// <summary>Who changed a network, its sites and how many places they have is known, as it is of a person's record.</summary>
public sealed class SiteAuditTests(Hosts hosts)
{
    [Fact]
    public async Task Whoever_changes_the_network_a_region_or_a_site_leaves_an_audit_row()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var network = (await world.Networks().GetNetworkAsync(new(), world.Operator)).Network;
        await world.Networks().UpdateNetworkAsync(new() { RequestId = World.NewId(), DisplayName = "Cedar", Etag = network.Etag }, world.Operator);
        var region = await world.RegionAsync("North");
        region = (await world.Regions().RenameRegionAsync(
            new() { RequestId = World.NewId(), RegionId = region.Id, Etag = region.Etag, Name = "South" }, world.Operator)).Region;
        await world.Regions().CloseRegionAsync(new() { RequestId = World.NewId(), RegionId = region.Id, Etag = region.Etag }, world.Operator);
        var site = await world.CreateAsync();
        site = (await world.ChangeAsync(site, SitesWorld.Details("Oak House"), "name")).Site;
        site = (await world.CloseAsync(site, World.Today(3))).Site;
        await world.Sites.ReopenSiteAsync(new() { RequestId = World.NewId(), SiteId = site.Id, Etag = site.Etag }, world.Operator);
        (await ActionsAsync(world)).ShouldBe(
        [
            $"network.update {world.Network}", $"region.create {region.Id}", $"region.rename {region.Id}", $"region.close {region.Id}",
            $"site.create {site.Id}", $"site.update {site.Id}", $"site.close {site.Id}", $"site.reopen {site.Id}",
        ]);
    }

    [Fact]
    public async Task Whoever_changes_a_program_or_its_places_leaves_an_audit_row()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (site, id) = await world.OpenProgramAsync(licensed: 3);
        var program = (await world.Sites.SetProgramDetailsAsync(
            new()
            {
                RequestId = World.NewId(), ProgramId = id, Etag = (await world.ProgramAsync(site)).Etag, Name = "Evening",
                Level = ProgramLevel.IntensiveOutpatient, Delivery = V1.Delivery.OnSite,
            },
            world.Operator)).Program;
        await world.Sites.SetLicensedCapacityAsync(new() { RequestId = World.NewId(), ProgramId = id, Licensed = 4 }, world.Operator);
        var scheduled = (await world.ScheduleAsync(id, World.Today(3), 5)).Scheduled;
        await world.Schedule().CancelScheduledCapacityAsync(
            new() { RequestId = World.NewId(), ScheduledCapacityId = scheduled.Id, Etag = scheduled.Etag }, world.Operator);
        program = (await world.Sites.CloseProgramAsync(
            new() { RequestId = World.NewId(), ProgramId = id, Etag = program.Etag, ClosedOn = World.Today(3) }, world.Operator)).Program;
        await world.Sites.ReopenProgramAsync(new() { RequestId = World.NewId(), ProgramId = id, Etag = program.Etag }, world.Operator);
        var other = (await world.Sites.CreateProgramAsync(
            new()
            {
                RequestId = World.NewId(), SiteId = site, Name = "Morning", Track = V1.Track.SubstanceUse, AgeGroup = V1.AgeGroup.Adult, Licensed = 1,
            },
            world.Operator)).Program;
        (await ActionsAsync(world)).ShouldBe(
        [
            $"site.import {world.Network}", $"program.update {id}", $"program.license {id}", $"capacity.schedule {scheduled.Id}",
            $"capacity.cancel {scheduled.Id}", $"program.close {id}", $"program.reopen {id}", $"program.create {other.Id}",
        ]);
    }

    [Fact]
    public async Task Whoever_changes_a_licence_leaves_an_audit_row()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var site = await world.CreateAsync();
        var licence = (await world.Credentials().RecordCredentialAsync(
            new()
            {
                RequestId = World.NewId(), SiteId = site.Id, Kind = V1.CredentialKind.License, Number = "L-1", Issuer = "State",
                ValidFrom = World.Today(-300), ExpiresOn = World.Today(-1),
            },
            world.Operator)).Credential;
        var renewed = (await world.Credentials().RenewCredentialAsync(
            new() { RequestId = World.NewId(), CredentialId = licence.Id, Etag = licence.Etag, ExpiresOn = World.Today(375) }, world.Operator)).Credential;
        await world.Credentials().WithdrawCredentialAsync(
            new() { RequestId = World.NewId(), CredentialId = renewed.Id, Etag = renewed.Etag, WithdrawnOn = World.Today(), Reason = "given back" },
            world.Operator);
        (await ActionsAsync(world)).ShouldBe(
            [$"site.create {site.Id}", $"credential.record {licence.Id}", $"credential.renew {renewed.Id}", $"credential.withdraw {renewed.Id}"]);
    }

    private static Task<List<string>> ActionsAsync(World world) => world.ReadAsync((db, ct) => db.Database
        .SqlQuery<string>($"SELECT action || ' ' || lower(subject_id) AS \"Value\" FROM audit_entry WHERE network_id = {world.Network} ORDER BY sequence")
        .ToListAsync(ct));
}
