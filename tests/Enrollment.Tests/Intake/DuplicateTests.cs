using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.V1;
using Platform.Shared.Persistence;
using static Platform.Enrollment.Episodes.Course;
using static Platform.Enrollment.Intake.IntakeWorld;

namespace Platform.Enrollment.Intake;

/// <summary>Who is recorded twice is offered for a merge, and merged by somebody alone.</summary>
public sealed class DuplicateTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_new_person_who_may_be_known_is_recorded_and_the_known_one_offered(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var known = await world.ReferAsync(Someone("Katharine", "Sample", "1981-02-03", "M-1"));
        known.Duplicates.ShouldBeEmpty();
        var slip = await world.ReferAsync(Someone("Katherine", "Sampel", "1981-03-02"));
        slip.Referral.PersonId.ShouldNotBe(known.Referral.PersonId);
        var candidate = slip.Duplicates.ShouldHaveSingleItem();
        candidate.PersonId.ShouldBe(known.Referral.PersonId);
        candidate.Reasons.ShouldBe([MatchReason.NameAndSwappedBirthDate]);
        (candidate.GivenName, candidate.FamilyName).ShouldBe(("Katharine", "Sample"));
        var married = await world.ReferAsync(Someone("Kate", "Other", "1999-12-31", "m 1"));
        married.Duplicates.ShouldHaveSingleItem().Reasons.ShouldBe([MatchReason.MemberId]);
        (await world.ReferAsync(Someone("Nobody", "Else", "1981-02-03"))).Duplicates.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_member_id_at_another_payer_is_nobody()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        await world.ReferAsync(Someone("Ann", "First", "1981-02-03", "M-1"));
        var other = Someone("Bob", "Second", "1955-05-05", "M-1");
        other.MemberIds[0].PayerCode = "OTHER PLAN";
        (await world.ReferAsync(other)).Duplicates.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_caller_of_single_sites_is_not_told_of_persons_of_other_sites()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitNewPersonAsync(program);
        var person = await world.PersonAsync(episode.PersonId);
        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.Parse(elsewhere));
        var twin = await world.ReferAsync(Someone(person.GivenName, person.FamilyName, person.BirthDate), stranger);
        twin.Duplicates.ShouldBeEmpty();
        (await world.Persons.ListDuplicatesAsync(new(), stranger)).Pairs.ShouldBeEmpty();
        await World.FailureAsync(world.MergeAsync(twin.Referral.PersonId, person.Id, stranger), StatusCode.NotFound);
        await World.FailureAsync(
            world.Persons.DismissDuplicateAsync(
                new() { RequestId = World.NewId(), PersonId = twin.Referral.PersonId, KnownPersonId = person.Id, Reason = "x" }, stranger),
            StatusCode.NotFound);
        var pair = (await world.Persons.ListDuplicatesAsync(new(), world.Operator)).Pairs.ShouldHaveSingleItem();
        (pair.PersonId, pair.KnownPersonId).ShouldBe((twin.Referral.PersonId, person.Id));
    }

    [Fact]
    public async Task Who_is_recorded_by_many_at_once_is_found_by_all_but_the_first()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => world.ReferAsync(
            i % 3 == 0 ? Someone("Zoe", "Other", "1955-05-05", "M-7")
            : i % 3 == 1 ? Someone("Ann", "Sample", "1981-03-02", "M-7")
            : Someone("Anne", "Sampel", "1981-02-03"))));
        answers.Select(a => a.Referral.PersonId).Distinct().Count().ShouldBe(8);

        // Of the eight, three and three have the member id, and the second three and two the name.
        answers.Sum(a => a.Duplicates.Count).ShouldBe((6 * 5 / 2) + (3 * 2) + 1);
        var found = (await world.Persons.ListDuplicatesAsync(new() { Page = new() { Size = 100 } }, world.Operator)).Pairs;
        found.Count.ShouldBe(22);
    }

    [Fact]
    public async Task Who_is_found_while_it_is_merged_is_offered_under_the_record_that_stays()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var kept = (await world.ReferAsync(Someone("Zoe", "Other", "1955-05-05"))).Referral.PersonId;
        var merged = (await world.ReferAsync(Someone("Ann", "Sample", "1981-02-03"))).Referral.PersonId;
        Task<CreateReferralResponse>? referral = null;
        await world.WriteAsync(async (db, ct) =>
        {
            // As a merge does, which has the records locked.
            var stays = await db.LockedAsync<Referrals.Person>(Guid.Parse(kept), ct);
            var alias = await db.LockedAsync<Referrals.Person>(Guid.Parse(merged), ct);
            referral = await World.UntilItWaitsAsync(db, () => world.ReferAsync(Someone("Anne", "Sample", "1981-02-03")), ct);
            alias!.MergeInto(stays!, "same driver's licence");
            return 0;
        });
        (await referral!).Duplicates.ShouldHaveSingleItem().PersonId.ShouldBe(kept);
        (await world.Persons.ListDuplicatesAsync(new(), world.Operator)).Pairs.ShouldHaveSingleItem().KnownPersonId.ShouldBe(kept);
    }

    // Whoever decides of the two has the older one locked, and takes the one that is corrected next.
    [Fact]
    public async Task Who_is_corrected_while_somebody_decides_of_a_pair_that_is_known_does_not_wait_for_the_other()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var older = (await world.ReferAsync(Someone("Ann", "Twin", "1981-02-03"))).Referral.PersonId;
        var corrected = await world.PersonAsync((await world.ReferAsync(Someone("Anne", "Twin", "1981-02-03"))).Referral.PersonId);
        corrected.Diagnosis = "F33.1";
        Task<UpdatePersonResponse>? update = null;
        await world.WriteAsync(async (db, ct) =>
        {
            await db.LockedAsync<Referrals.Person>(Guid.Parse(older), ct);
            update = await World.UntilItWaitsAsync(
                db,
                () => world.Persons.UpdatePersonAsync(
                    new() { RequestId = World.NewId(), Person = corrected, Etag = corrected.Etag }, world.Operator).ResponseAsync,
                ct);
            update.IsCompleted.ShouldBeTrue("it waited");
            return 0;
        });
        (await update!).Duplicates.ShouldHaveSingleItem().PersonId.ShouldBe(older);
    }

    [Fact]
    public async Task Of_those_who_decide_of_a_pair_at_once_one_decides()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var first = (await world.ReferAsync(Someone("Ann", "Twin", "1981-02-03"))).Referral.PersonId;
        var second = (await world.ReferAsync(Someone("Anne", "Twin", "1981-02-03"))).Referral.PersonId;
        var codes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Journey.JourneyTests.CodeAsync(
            world.Persons.DismissDuplicateAsync(
                new()
                {
                    RequestId = World.NewId(), PersonId = i % 2 == 0 ? first : second, KnownPersonId = i % 2 == 0 ? second : first,
                    Reason = $"twins, says {i}",
                },
                world.Operator))));
        codes.Order().ShouldBe(["", .. Enumerable.Repeat("DUPLICATE_DISMISSED", 5)]);
    }

    [Fact]
    public async Task A_pair_that_was_dismissed_is_not_offered_again()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var first = await world.ReferAsync(Someone("Ann", "Twin", "1981-02-03"));
        var second = await world.ReferAsync(Someone("Anne", "Twin", "1981-02-03"));
        var third = await world.ReferAsync(Someone("Ann", "Twin", "1981-02-04"));
        third.Duplicates.Count.ShouldBe(2);
        AsyncUnaryCall<DismissDuplicateResponse> DismissAsync() => world.Persons.DismissDuplicateAsync(
            new()
            {
                RequestId = World.NewId(), PersonId = second.Referral.PersonId, KnownPersonId = first.Referral.PersonId,
                Reason = "twins; both were here",
            },
            world.Operator);
        await DismissAsync();
        (await World.FailureAsync(DismissAsync(), StatusCode.FailedPrecondition)).ShouldBe("DUPLICATE_DISMISSED");
        var pairs = new List<DuplicatePair>();
        for (var token = ""; ;)
        {
            var page = await world.Persons.ListDuplicatesAsync(new() { Page = new() { Size = 1, Token = token } }, world.Operator);
            pairs.AddRange(page.Pairs);
            if ((token = page.NextPageToken).Length == 0)
                break;
        }
        pairs.Select(pair => pair.PersonId).ShouldBe([third.Referral.PersonId, third.Referral.PersonId]);
        var person = await world.PersonAsync(second.Referral.PersonId);
        person.Diagnosis = "F33.1";
        var updated = await world.Persons.UpdatePersonAsync(
            new() { RequestId = World.NewId(), Person = person, Etag = person.Etag }, world.Operator);
        updated.Duplicates.Select(candidate => candidate.PersonId).ShouldBe([third.Referral.PersonId]);
    }

    [Fact]
    public async Task A_pair_that_is_kept_in_both_orders_is_one()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var first = (await world.ReferAsync(Someone("Ann", "Twin", "1981-02-03"))).Referral.PersonId;
        var second = (await world.ReferAsync(Someone("Anne", "Twin", "1981-02-03"))).Referral.PersonId;
        await world.WriteAsync((db, ct) => db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO duplicate_pair (network_id, person_id, known_person_id, reasons, found_at, status, decided_by, decision_reason)
             SELECT network_id, known_person_id, person_id, reasons, found_at, status, decided_by, decision_reason
             FROM duplicate_pair WHERE network_id = {world.Network}
             """,
            ct));
        var person = await world.PersonAsync(first);
        person.Diagnosis = "F33.1";
        (await world.Persons.UpdatePersonAsync(new() { RequestId = World.NewId(), Person = person, Etag = person.Etag }, world.Operator))
            .Duplicates.ShouldHaveSingleItem().PersonId.ShouldBe(second);
        await world.Persons.DismissDuplicateAsync(
            new() { RequestId = World.NewId(), PersonId = first, KnownPersonId = second, Reason = "twins" }, world.Operator);
        (await world.Persons.ListDuplicatesAsync(new(), world.Operator)).Pairs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_was_decided_of_a_merged_record_holds_for_the_one_that_stays(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var kept = (await world.ReferAsync(Someone("Ann", "Twin", "1981-02-03"))).Referral.PersonId;
        var merged = (await world.ReferAsync(Someone("Ann", "Twin", "1981-02-03"))).Referral.PersonId;
        var twin = (await world.ReferAsync(Someone("Anne", "Twin", "1981-02-03"))).Referral.PersonId;
        await world.Persons.DismissDuplicateAsync(
            new() { RequestId = World.NewId(), PersonId = merged, KnownPersonId = twin, Reason = "twins" }, world.Operator);
        await world.MergeAsync(kept, merged);
        (await world.Persons.ListDuplicatesAsync(new(), world.Operator)).Pairs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_site_sees_the_referral_and_the_pair_of_a_person_who_was_transferred_to_it_and_another_does_not(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, from) = await world.OpenProgramAsync(licensed: 5);
        var (there, to) = await world.OpenProgramAsync(licensed: 5);
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitNewPersonAsync(from);
        var person = await world.PersonAsync(episode.PersonId);
        var twin = (await world.ReferAsync(Someone(person.GivenName, person.FamilyName, person.BirthDate))).Referral;
        await world.TransferAsync(episode, to);
        var (here, stranger) = (
            world.Tokens.SiteAdmin(world.Network, Guid.Parse(there)), world.Tokens.SiteAdmin(world.Network, Guid.Parse(elsewhere)));
        async Task<IEnumerable<string>> ReferralsAsync(Metadata headers) =>
            (await world.Referrals.ListReferralsAsync(new(), headers)).Referrals.Select(r => r.Id);
        (await ReferralsAsync(here)).ShouldBe([episode.ReferralId, twin.Id], ignoreOrder: true);
        (await ReferralsAsync(stranger)).ShouldBe([twin.Id]);
        (await world.Referrals.GetReferralAsync(new() { ReferralId = episode.ReferralId }, here)).Referral.Id.ShouldBe(episode.ReferralId);
        (await world.Persons.ListDuplicatesAsync(new(), here)).Pairs.ShouldHaveSingleItem();
        (await world.Persons.ListDuplicatesAsync(new(), stranger)).Pairs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_merge_links_an_episode_of_one_record_to_the_one_before_it_of_the_other(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        var before = (await world.DischargeOnAsync(await world.AdmitSinceAsync(program, 30), daysAgo: 12)).Episode;
        var after = await world.AdmitSinceAsync(program, 8);
        after.PreviousEpisodeId.ShouldBeEmpty();
        await world.MergeAsync(after.PersonId, before.PersonId);
        after = (await world.Episodes.GetEpisodeAsync(new() { EpisodeId = after.Id }, world.Operator)).Episode;
        (after.PreviousEpisodeId, after.DaysSincePrevious).ShouldBe((before.Id, 4));
        (await world.Aftercare().GetAftercareAsync(new() { EpisodeId = before.Id }, world.Operator))
            .FollowUps.ShouldAllBe(f => f.Status == FollowUpStatus.InCareAgain);
        await world.DischargeOnAsync(after, daysAgo: 1);
        before = (await world.Episodes.GetEpisodeAsync(new() { EpisodeId = before.Id }, world.Operator)).Episode;
        (await World.FailureAsync(world.ReinstateAsync(before), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_FOLLOWED");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_merge_moves_everything_and_leaves_an_alias_that_resolves(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitNewPersonAsync(program);
        var kept = await world.ReferAsync(Someone("Ada", "Example", "1970-01-01", "K1"));
        var keptId = kept.Referral.PersonId;
        var third = await world.ReferAsync(Someone("Adah", "Example", "1970-01-01"));
        await world.MergeAsync(episode.PersonId, third.Referral.PersonId);
        var requestId = World.NewId();
        var merged = await world.MergeAsync(keptId, episode.PersonId, requestId: requestId);
        (await world.MergeAsync(keptId, episode.PersonId, requestId: requestId)).ShouldBe(merged);
        merged.Person.Id.ShouldBe(keptId);
        (await world.PersonAsync(episode.PersonId)).Id.ShouldBe(keptId);
        (await world.PersonAsync(third.Referral.PersonId)).Id.ShouldBe(keptId);
        var moved = (await world.Episodes.GetEpisodeAsync(new() { EpisodeId = episode.Id }, world.Operator)).Episode;
        moved.PersonId.ShouldBe(keptId);
        moved.Etag.ShouldNotBe(episode.Etag);
        (await world.Referrals.ListReferralsAsync(new() { PersonId = episode.PersonId }, world.Operator)).Referrals.Count.ShouldBe(3);
        (await world.Referrals.GetReferralAsync(new() { ReferralId = episode.ReferralId }, world.Operator)).Referral.PersonId.ShouldBe(keptId);
        (await World.FailureAsync(world.MergeAsync(keptId, episode.PersonId), StatusCode.FailedPrecondition)).ShouldBe("PERSON_MERGED");
        var again = await world.ReferAsync(new Person { Id = episode.PersonId });
        again.Referral.PersonId.ShouldBe(keptId);
        (await world.Persons.ListDuplicatesAsync(new(), world.Operator)).Pairs.ShouldBeEmpty();
        (await world.DischargeAsync(moved)).Episode.PersonId.ShouldBe(keptId);
    }

    [Fact]
    public async Task Who_read_a_person_before_a_merge_does_not_take_back_what_the_merge_brought()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var kept = (await world.ReferAsync(Someone("Ann", "Twice", "1981-02-03", "K1"))).Referral.PersonId;
        var merged = (await world.ReferAsync(Someone("Ann", "Twice", "1981-02-03", "M1"))).Referral.PersonId;
        var read = await world.PersonAsync(kept);
        await world.MergeAsync(kept, merged);
        read.Diagnosis = "F33.1";
        (await World.FailureAsync(
            world.Persons.UpdatePersonAsync(new() { RequestId = World.NewId(), Person = read, Etag = read.Etag }, world.Operator),
            StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
        (await world.PersonAsync(kept)).MemberIds.Select(m => m.MemberId_).ShouldBe(["K1", "M1"]);
    }

    [Fact]
    public async Task Two_who_are_both_in_care_are_not_merged()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        var first = await world.AdmitNewPersonAsync(program);
        var second = await world.AdmitNewPersonAsync(program);
        (await World.FailureAsync(world.MergeAsync(first.PersonId, second.PersonId), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_OPEN");
        await World.FailureAsync(world.MergeAsync(first.PersonId, first.PersonId), StatusCode.InvalidArgument);
        await World.FailureAsync(world.MergeAsync(first.PersonId, World.NewId()), StatusCode.NotFound);
        await World.FailureAsync(
            world.MergeAsync(first.PersonId, second.PersonId, world.Tokens.Clinician(world.Network)), StatusCode.PermissionDenied);
        await world.DischargeAsync(second);
        (await world.MergeAsync(first.PersonId, second.PersonId)).Person.Id.ShouldBe(first.PersonId);
    }

    [Fact]
    public async Task Merging_each_into_the_other_at_once_leaves_one_of_them()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var a = (await world.ReferAsync(Someone("Ann", "Both", "1981-02-03"))).Referral.PersonId;
        var b = (await world.ReferAsync(Someone("Ann", "Both", "1981-02-03"))).Referral.PersonId;
        var codes = await Task.WhenAll(
            Journey.JourneyTests.CodeAsync(world.MergeAsync(a, b)), Journey.JourneyTests.CodeAsync(world.MergeAsync(b, a)));
        codes.Order().ShouldBe(["", "PERSON_MERGED"]);
        (await world.PersonAsync(a)).Id.ShouldBe((await world.PersonAsync(b)).Id);
    }

    [Fact]
    public async Task Every_table_of_a_person_has_a_place_in_the_merge()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var tables = await world.ReadAsync((db, _) => Task.FromResult(db.Model.GetEntityTypes()
            .Where(entity => entity.ClrType.Assembly == typeof(EnrollmentDbContext).Assembly)
            .Where(entity => entity.GetProperties().Any(p => p.Name.EndsWith("PersonId", StringComparison.Ordinal)))
            .Select(entity => entity.ClrType)
            .ToList()));
        tables.ShouldBe(Referrals.Merging.PersonTables.Moved.Concat(Referrals.Merging.PersonTables.Combined), ignoreOrder: true);
    }

    [Fact]
    public async Task A_merge_is_audited_under_both_ids_and_told_by_ids_alone()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var keep = (await world.ReferAsync(Someone("Zorglubine", "Example", "1970-01-01"))).Referral.PersonId;
        var merge = (await world.ReferAsync(Someone("Zorglubine", "Example", "1970-01-01"))).Referral.PersonId;
        await world.MergeAsync(keep, merge);
        var audited = await world.ReadAsync((db, ct) => db.Database
            .SqlQuery<Guid>($"SELECT person_id AS \"Value\" FROM audit_entry WHERE action = 'person.merge' AND network_id = {world.Network}")
            .ToListAsync(ct));
        audited.Select(id => id.ToString()).ShouldBe([keep, merge], ignoreOrder: true);
        world.Host.Logs.Text.ShouldNotContain("Zorglubine");
    }
}
