using Microsoft.EntityFrameworkCore;
using Platform.Support;

namespace Platform.Enrollment.Episodes;

/// <summary>A contact after a discharge is recorded while the person is admitted again.</summary>
public sealed class ReachedMeanwhileTests() : OwnDatabaseTests("reached")
{
    [Fact]
    public async Task Who_was_reached_while_the_readmission_was_recorded_stays_reached()
    {
        var (_, program) = await World.OpenProgramAsync(licensed: 1);
        var episode = (await World.DischargeOnAsync(await World.AdmitSinceAsync(program, daysAgo: 60), daysAgo: 8)).Episode;
        var referral = await World.ReferAgainAsync(episode.PersonId);
        Task? admission = null;
        await World.WriteAsync(async (db, ct) =>
        {
            var id = Guid.Parse(episode.Id);
            var contact = await db.FollowUps.SingleAsync(f => f.EpisodeId == id && f.Days == 7, ct);
            contact.Attempt(contact.DueOn, FollowUpResult.Reached, FollowUpNote.WantsReadmission, "test");
            await db.SaveChangesAsync(ct);
            admission = await World.UntilItWaitsAsync(db, () => admission ?? World.AdmitSinceAsync(program, daysAgo: 0, referral), ct);
            return true;
        });
        await admission!;
        var contacts = (await World.Aftercare().GetAftercareAsync(new() { EpisodeId = episode.Id }, World.Operator)).FollowUps;
        contacts.Select(f => (f.Days, f.Status)).ShouldBe([(7, V1.FollowUpStatus.Reached), (30, V1.FollowUpStatus.InCareAgain)]);
    }
}
