using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.Episodes;
using Platform.Enrollment.Referrals;

namespace Platform.Enrollment.Census;

/// <summary>Takes persons through random courses over some four hundred days, by the domain's own steps, each in a transaction of its own.</summary>
internal sealed class RandomCourses(World world, IReadOnlyList<(Guid Site, Guid Program)> programs, DateOnly today, int seed)
{
    private static readonly LevelOfCare[] Levels =
        [LevelOfCare.Outpatient, LevelOfCare.IntensiveOutpatient, LevelOfCare.PartialHospitalization];

    private readonly Random random = new(seed);

    public async Task RunAsync(int persons)
    {
        var open = new List<Guid>();
        for (var i = 0; i < persons; i++)
        {
            if (await ReferAsync() is { } episode)
                open.Add(episode);
            for (var step = random.Next(4); step > 0 && open.Count > 0; step--)
                await StepAsync(open[random.Next(open.Count)]);
        }
        for (var step = 0; step < persons; step++)
            await StepAsync(open[random.Next(open.Count)]);
    }

    /// <summary>A referral, which may be found eligible and may be admitted, both maybe long ago.</summary>
    private Task<Guid?> ReferAsync() => world.WriteAsync<Guid?>((db, _) =>
    {
        var person = new Person { Id = db.NewId(), NetworkId = db.NetworkId };
        var referredOn = today.AddDays(-random.Next(20, 400));
        var referral = new Referral
        {
            Id = db.NewId(), NetworkId = db.NetworkId, PersonId = person.Id, Source = (ReferralSource)random.Next(1, 9), ReferredOn = referredOn,
        };
        db.Persons.Add(person);
        db.Referrals.Add(referral);
        var fate = random.Next(4);
        db.Entry(referral).Property(r => r.Status).CurrentValue = fate switch
        {
            0 => ReferralStatus.Received,
            1 => ReferralStatus.Eligible,
            _ => ReferralStatus.Admitted,
        };
        if (fate < 2)
            return Task.FromResult<Guid?>(null);
        var (site, program) = programs[random.Next(programs.Count)];
        var episode = Episode.Admit(
            new Admission(
                db.NewId(), db.NetworkId, person.Id, referral.Id, site, program, Levels[random.Next(3)], referredOn.AddDays(random.Next(20)),
                "Recorded late."),
            previous: null);
        db.Episodes.Add(episode);
        return Task.FromResult<Guid?>(episode.Id);
    });

    private Task<int> StepAsync(Guid id) => world.WriteAsync(async (db, ct) =>
    {
        var episode = await db.Episodes.SingleAsync(e => e.Id == id, ct);
        await db.LoadCourseAsync(episode, ct);
        if (episode.Status == EpisodeStatus.Discharged)
        {
            if (random.Next(3) == 0)
                episode.Reinstate("By mistake.");
            return 0;
        }
        var last = episode.Stays.Max(s => s.From);
        var on = last.AddDays(random.Next(Math.Min(60, today.DayNumber - last.DayNumber + 1)));
        switch (random.Next(5))
        {
            case 0:
                episode.Discharge(on, (Disposition)random.Next(1, 8), "Weekly group.", today);
                break;
            case var _ when episode.OnLeaveSince is not null:
                episode.EndLeave(on, today);
                break;
            case 1:
                episode.StartLeave(on, null, keepPlace: random.Next(2) == 0, "Family.", today);
                break;
            case 2:
                episode.ChangeLevel(Levels.First(level => level != episode.Level), on, "Progress.", today);
                break;
            default:
                var (site, program) = programs.First(p => p.Program != episode.ProgramId);
                episode.Transfer(site, program, on, "Moved house.", today);
                break;
        }
        return 0;
    });
}
