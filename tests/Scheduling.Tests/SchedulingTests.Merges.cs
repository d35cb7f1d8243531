using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Events.Enrollment;
using Platform.Scheduling.Episodes;
using Platform.Shared.Persistence;

namespace Platform.Scheduling.Tests;

public abstract partial class SchedulingTests
{
    [Fact]
    public async Task Whose_records_were_merged_is_not_booked_twice_at_once_under_the_two_ids()
    {
        var (here, there) = (await CreateGroupAsync(await RegisterAsync()), await CreateGroupAsync(await RegisterAsync()));
        var (kept, merged) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var (first, second) = (await AdmitAsync(kept), await AdmitAsync(merged));
        await BookAsync(here, second, "2026-06-01");
        for (var i = 0; i < 2; i++)
            await HandleAsync(new PersonsMergedHandler(), new PersonsMerged(kept, merged));
        var persons = await _host.Services.GetRequiredService<Database<SchedulingDbContext>>().ReadAsync(
            _network,
            async (db, ct) => (
                Episodes: await db.Episodes.Select(e => e.PersonId).Distinct().ToListAsync(ct),
                Seats: await db.Bookings.Select(b => b.PersonId).Distinct().ToListAsync(ct)),
            Cancelled);
        persons.Episodes.ShouldBe([kept]);
        persons.Seats.ShouldBe([kept]);
        var error = await Should.ThrowAsync<RpcException>(() => BookAsync(there, first, "2026-06-01"));
        error.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task Seats_that_two_records_had_at_the_same_time_stay_apart_when_they_are_merged()
    {
        var (here, there) = (await CreateGroupAsync(await RegisterAsync()), await CreateGroupAsync(await RegisterAsync()));
        var (kept, merged) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var (first, second) = (await AdmitAsync(kept), await AdmitAsync(merged));
        await BookAsync(here, first, "2026-06-01");
        await BookAsync(there, second, "2026-06-01");
        await HandleAsync(new PersonsMergedHandler(), new PersonsMerged(kept, merged));
        (await SessionsAsync(there)).ShouldAllBe(session => session.Booked == 1);
        (await SessionsAsync(here)).ShouldAllBe(session => session.Booked == 1);
    }

    [Fact]
    public async Task What_comes_after_the_merge_of_its_person_is_kept_under_the_record_that_stays()
    {
        var (first, second, last) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var here = await CreateGroupAsync(await RegisterAsync());

        // Two merges in a row, the later one first, each twice; then what was told before them.
        foreach (var merge in new[] { new PersonsMerged(last, second), new(second, first), new(second, first), new(last, second) })
            await HandleAsync(new PersonsMergedHandler(), merge);
        var (admitted, transferred, discharged) = (await AdmitAsync(first), Guid.CreateVersion7(), Guid.CreateVersion7());
        await HandleAsync(new EpisodeCourseChangedHandler(), Changed(transferred.ToString(), 2, Stay(Known.ProgramId, 20)) with { PersonId = second });
        await HandleAsync(new EpisodeDischargedHandler(), new EpisodeDischarged(
            discharged, 3, first, Known.SiteId, Known.ProgramId, new DateOnly(2026, 5, 20), new DateOnly(2026, 6, 20)));
        await BookAsync(here, admitted, "2026-06-01");
        (await PersonsAsync()).ShouldBe([last]);
    }

    [Fact]
    public async Task A_merge_and_the_admission_that_come_at_once_leave_nothing_under_the_merged_record()
    {
        for (var round = 0; round < 10; round++)
        {
            var (kept, merged) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            await Task.WhenAll(
                HandleAsync(new PersonsMergedHandler(), new PersonsMerged(kept, merged)),
                AdmitAsync(merged),
                AdmitAsync(merged));
            (await PersonsAsync()).ShouldNotContain(merged);
        }
    }

    private Task<List<Guid>> PersonsAsync() => _host.Services.GetRequiredService<Database<SchedulingDbContext>>().ReadAsync(
        _network,
        (db, ct) => db.Episodes.Select(e => e.PersonId).Union(db.Bookings.Select(b => b.PersonId)).ToListAsync(ct),
        Cancelled);

    private async Task<string> AdmitAsync(Guid personId)
    {
        var id = Guid.CreateVersion7();
        await HandleAsync(new EpisodeAdmittedHandler(), new EpisodeAdmitted(
            id, 1, personId, Known.SiteId, Known.ProgramId, new DateOnly(2026, 5, 20)));
        return id.ToString();
    }
}
