using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Platform.Billing.Tests.Support;
using Platform.Billing.V1;
using Platform.Shared.Persistence;

namespace Platform.Billing.Tests.Journey;

/// <summary>What the first version left in PostgreSQL is there after the upgrade, and goes on.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task Claims_and_charges_of_the_first_version_are_there_and_its_files_count_as_handed_out()
    {
        await using var host = await BillingHost.StartAsync(Store.Postgres);
        var world = new World(host);
        var payer = await world.AddContractedPayerAsync();
        await world.AddReadyPatientAsync(payer, days: 2);
        var written = await world.WriteClaimsAsync(payer);
        var next = await world.AddReadyPatientAsync(payer);
        var charges = (await world.Charges.ListChargesAsync(new ListChargesRequest { SiteId = world.Site.Id }, world.Operator)).Charges;
        charges.Count.ShouldBe(3);

        await host.RestartAfterAsync(async database =>
        {
            await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
            await using var db = new BillingDbContext(new DbContextOptionsBuilder<BillingDbContext>()
                .UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable("__ef_migrations_history")).Options);
            await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First(), TestContext.Current.CancellationToken);
            (await db.Database.GetPendingMigrationsAsync()).ShouldNotBeEmpty();
        });

        var claims = new ClaimService.ClaimServiceClient(host.Host.Channel);
        (await new ChargeService.ChargeServiceClient(host.Host.Channel).ListChargesAsync(new ListChargesRequest { SiteId = world.Site.Id }, world.Operator)).Charges.ShouldBe(charges);
        (await host.Host.Services.GetRequiredService<Database<BillingDbContext>>().ReadAsync(
            world.Network, (db, ct) => db.ClaimFiles.Where(file => file.HandedOut).Select(file => file.Id.ToString()).ToListAsync(ct), default))
            .ShouldBe([written.FileId]);
        using var download = claims.DownloadClaimFile(new DownloadClaimFileRequest { FileId = written.FileId }, world.Operator);
        (await download.ResponseStream.MoveNext(TestContext.Current.CancellationToken)).ShouldBeTrue();

        var again = await claims.WriteClaimsAsync(
            new WriteClaimsRequest { RequestId = World.NewRequest(), PayerId = payer.Id, SiteId = world.Site.Id, Through = "2026-12-31" }, world.Operator);
        again.Claims.ShouldHaveSingleItem().EpisodeId.ShouldBe(next.EpisodeId.ToString());
    }
}
