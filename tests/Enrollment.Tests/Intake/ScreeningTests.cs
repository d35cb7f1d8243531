using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using static Platform.Enrollment.Episodes.Course;

namespace Platform.Enrollment.Intake;

/// <summary>Assessments, screenings, alerts and trends through the API.</summary>
public sealed class ScreeningTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task An_assessment_is_kept_with_edition_levels_reasons_and_the_pack_that_it_was_checked_by(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var referral = await world.ReferAsync();
        var recorded = new List<AsamAssessment>();
        foreach (var edition in new[] { AsamEdition.Third, AsamEdition.Fourth })
        {
            var given = IntakeWorld.Asam(referral.PersonId, edition);
            given.ReferralId = referral.Id;
            given.ChosenLevel = "2.5";
            given.DifferenceReason = "lives alone";
            recorded.Add((await RecordAsync(world, given)).Assessment);
        }
        var listed = await world.Assessments().ListAsamAssessmentsAsync(new() { PersonId = referral.PersonId, Page = new() { Size = 1 } }, world.Operator);
        var rest = await world.Assessments().ListAsamAssessmentsAsync(
            new() { PersonId = referral.PersonId, Page = new() { Size = 1, Token = listed.NextPageToken } }, world.Operator);
        listed.Assessments.Concat(rest.Assessments).ShouldBe(Enumerable.Reverse(recorded));
        rest.NextPageToken.ShouldBeEmpty();
        recorded[1].Edition.ShouldBe(AsamEdition.Fourth);
        recorded[1].RulePack.ShouldBe("base@1");
        var wrong = IntakeWorld.Asam(referral.PersonId, AsamEdition.Third);
        wrong.ChosenLevel = "1";
        wrong.Ratings.RemoveAt(0);
        var error = await Should.ThrowAsync<RpcException>(async () => await RecordAsync(world, wrong));
        error.ToDomainError().ShouldNotBeNull().Fields.Select(f => f.Field).ShouldBe(["assessment.ratings", "assessment.difference_reason"]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Where_the_state_asks_for_an_assessment_nobody_is_admitted_without_one_for_the_level(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var report = await world.ImportCsvAsync(
            $"{World.Columns}\n{Guid.NewGuid():N},West,SA,1 Test Street,Los Angeles,CA,90001,,34.05,-118.25,IOP,SUBSTANCE_USE,ADULT,5\n");
        report.Added.ShouldBe(1, report.ToString());
        var site = (await world.Sites.ListSitesAsync(new() { WithPrograms = true }, world.Operator)).Sites.Single();
        var referral = await world.ReferEligibleAsync();
        var offer = (await world.OfferAsync(referral.Id, site.Programs[0].Id)).Offer;
        AsyncUnaryCall<AdmitResponse> AdmitAsync() => world.Episodes.AdmitAsync(
            new() { RequestId = World.NewId(), OfferId = offer.Id, AdmittedOn = World.Today(-1), BackdatingReason = "recorded late" }, world.Operator);
        (await World.FailureAsync(AdmitAsync(), StatusCode.FailedPrecondition)).ShouldBe("ASSESSMENT_MISSING");
        var residential = IntakeWorld.Asam(referral.PersonId);
        (residential.AssessedOn, residential.RecommendedLevel, residential.ChosenLevel) = (World.Today(-2), "3.5", "3.5");
        await RecordAsync(world, residential);
        (await World.FailureAsync(AdmitAsync(), StatusCode.FailedPrecondition)).ShouldBe("ASSESSMENT_OTHER_LEVEL");
        var ambulatory = IntakeWorld.Asam(referral.PersonId, AsamEdition.Fourth);
        ambulatory.AssessedOn = World.Today(-1);
        await RecordAsync(world, ambulatory);
        (await AdmitAsync()).Episode.Status.ShouldBe(EpisodeStatus.Admitted);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_screening_keeps_its_items_is_scored_and_raises_an_alert_that_somebody_acknowledges_once(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitNewPersonAsync(program);
        var here = world.Tokens.Clinician(world.Network, Guid.Parse(site));
        var stranger = world.Tokens.Clinician(world.Network, Guid.Parse(elsewhere));
        var answers = IntakeWorld.Phq9(total: 11, item9: 1);
        var requestId = World.NewId();
        var response = await world.ScreenAsync(episode.PersonId, site, Instrument.Phq9, answers, headers: here, requestId: requestId);
        (await world.ScreenAsync(episode.PersonId, site, Instrument.Phq9, answers, headers: here, requestId: requestId)).ShouldBe(response);
        response.Screening.Scores.ShouldHaveSingleItem().ShouldBe(new() { Scale = "TOTAL", Score = 11, Band = "MODERATE" });
        response.Screening.EpisodeId.ShouldBe(episode.Id);
        response.Screening.Answers.Count.ShouldBe(9);
        (response.Alert.Kind, response.Alert.Severity).ShouldBe((SafetyAlertKind.Phq9Item9, SafetySeverity.Assess));
        (await world.ScreenAsync(episode.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(24, 0))).Alert.ShouldBeNull();
        var columbia = await world.ScreenAsync(
            episode.PersonId, site, Instrument.CSsrs, [("1", 1), ("2", 0), ("6", 1), ("6R", 0)]);
        (columbia.Alert.Kind, columbia.Alert.Severity).ShouldBe((SafetyAlertKind.CSsrsPositive, SafetySeverity.Moderate));
        await World.FailureAsync(
            world.Assessments().ListScreeningsAsync(new() { PersonId = episode.PersonId }, stranger), StatusCode.NotFound);
        var listed = await world.Assessments().ListScreeningsAsync(
            new() { PersonId = episode.PersonId, Instrument = Instrument.Phq9, Page = new() { Size = 1 } }, here);
        listed.Screenings.Single().Scores.Single().Score.ShouldBe(24);
        (await world.Assessments().ListScreeningsAsync(
            new() { PersonId = episode.PersonId, Instrument = Instrument.Phq9, Page = new() { Token = listed.NextPageToken } }, here))
            .Screenings.Single().ShouldBe(response.Screening);

        async Task<IReadOnlyList<SafetyAlert>> AlertsAsync(Metadata headers, SafetyAlertStatus status = SafetyAlertStatus.Unspecified)
        {
            var alerts = new List<SafetyAlert>();
            for (var token = ""; ;)
            {
                var page = await world.Safety().ListSafetyAlertsAsync(new() { Status = status, Page = new() { Size = 1, Token = token } }, headers);
                alerts.AddRange(page.Alerts);
                if ((token = page.NextPageToken).Length == 0)
                    return alerts;
            }
        }
        (await AlertsAsync(here)).ShouldBe([response.Alert, columbia.Alert]);
        (await AlertsAsync(world.Operator)).ShouldBe([response.Alert, columbia.Alert]);
        (await AlertsAsync(stranger)).ShouldBeEmpty();
        await World.FailureAsync(world.Safety().ListSafetyAlertsAsync(new() { SiteId = site }, stranger), StatusCode.NotFound);
        AsyncUnaryCall<AcknowledgeSafetyAlertResponse> AcknowledgeAsync(Metadata headers, string action) =>
            world.Safety().AcknowledgeSafetyAlertAsync(
                new() { RequestId = World.NewId(), AlertId = response.Alert.Id, Action = action }, headers);
        await World.FailureAsync(AcknowledgeAsync(stranger, "saw her"), StatusCode.NotFound);
        await World.FailureAsync(AcknowledgeAsync(here, " "), StatusCode.InvalidArgument);
        var codes = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => Journey.JourneyTests.CodeAsync(AcknowledgeAsync(here, "Safety plan made.\r\n- called her sister\r\n- next visit tomorrow"))));
        codes.Order().ShouldBe(["", "ALERT_ACKNOWLEDGED", "ALERT_ACKNOWLEDGED"]);
        var done = (await AlertsAsync(here, SafetyAlertStatus.Acknowledged)).ShouldHaveSingleItem();
        (done.Action, done.AcknowledgedBy.Length > 0, done.AcknowledgedAt is null)
            .ShouldBe(("Safety plan made.\n- called her sister\n- next visit tomorrow", true, false));
        (await AlertsAsync(here, SafetyAlertStatus.Open)).ShouldBe([columbia.Alert]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task An_alert_follows_the_person_to_the_site_that_has_the_person_now(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (from, program) = await world.OpenProgramAsync(licensed: 5);
        var (there, other) = await world.OpenProgramAsync(licensed: 5);
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 5);
        Metadata At(string site) => world.Tokens.Clinician(world.Network, Guid.Parse(site));
        var episode = await world.AdmitNewPersonAsync(program);
        var alert = (await world.ScreenAsync(episode.PersonId, from, Instrument.Phq9, IntakeWorld.Phq9(11, 1))).Alert;
        await world.ScreenAsync((await world.AdmitNewPersonAsync(program)).PersonId, from, Instrument.Phq9, IntakeWorld.Phq9(11, 1));
        async Task<IEnumerable<string>> AlertsAsync(string site, bool named) => (await world.Safety().ListSafetyAlertsAsync(
            new() { SiteId = named ? site : "", Status = SafetyAlertStatus.Open }, At(site))).Alerts.Select(a => a.Id);
        AsyncUnaryCall<AcknowledgeSafetyAlertResponse> AcknowledgeAsync(string site) => world.Safety().AcknowledgeSafetyAlertAsync(
            new() { RequestId = World.NewId(), AlertId = alert.Id, Action = "safety plan made" }, At(site));
        (await AlertsAsync(there, named: true)).ShouldBeEmpty();
        await World.FailureAsync(AcknowledgeAsync(there), StatusCode.NotFound);
        await world.TransferAsync(episode, other);
        foreach (var named in new[] { true, false })
        {
            (await AlertsAsync(there, named)).ShouldBe([alert.Id]);
            (await AlertsAsync(from, named)).Count().ShouldBe(2);
            (await AlertsAsync(elsewhere, named)).ShouldBeEmpty();
        }
        var found = (await world.ScreenAsync(episode.PersonId, elsewhere, Instrument.Phq9, IntakeWorld.Phq9(11, 1))).Alert;
        (await AlertsAsync(there, named: true)).ShouldBe([alert.Id, found.Id]);
        (await world.Safety().ListSafetyAlertsAsync(new() { SiteId = there, Page = new() { Size = 1 } }, At(there)))
            .NextPageToken.ShouldNotBeEmpty();
        (await AlertsAsync(elsewhere, named: true)).ShouldBe([found.Id]);
        await World.FailureAsync(AcknowledgeAsync(elsewhere), StatusCode.NotFound);
        (await AcknowledgeAsync(there)).Alert.Status.ShouldBe(SafetyAlertStatus.Acknowledged);
    }

    [Fact]
    public async Task An_alert_is_told_by_its_site_and_urgency_alone_and_nothing_of_it_is_in_the_log()
    {
        typeof(Contracts.Events.Enrollment.SafetyAlertRaised).GetProperties().Select(p => p.Name).ShouldBe(["AlertId", "SiteId", "Severity"]);
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, _) = await world.OpenProgramAsync(licensed: 1);
        var referral = await world.ReferAsync();
        var response = await world.ScreenAsync(
            referral.PersonId, site, Instrument.CSsrs, [("1", 0), ("2", 1), ("3", 0), ("4", 1), ("5", 0), ("6", 0)]);
        response.Alert.Severity.ShouldBe(SafetySeverity.High);
        world.Host.Logs.Text.ShouldNotContain(referral.PersonId);
    }

    [Fact]
    public async Task A_screening_is_of_today_or_before_and_complete()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (site, _) = await world.OpenProgramAsync(licensed: 1);
        var person = (await world.ReferAsync()).PersonId;
        AsyncUnaryCall<RecordScreeningResponse> TakeAsync(string on, params (string, int)[] answers) =>
            world.Assessments().RecordScreeningAsync(IntakeWorld.Screening(person, site, Instrument.CSsrs, on, answers), world.Operator);
        await World.FailureAsync(TakeAsync(World.Today(1), ("1", 0), ("2", 0), ("6", 0)), StatusCode.InvalidArgument);
        await World.FailureAsync(TakeAsync(World.Today(), ("1", 0), ("2", 1), ("6", 0)), StatusCode.InvalidArgument);
        await World.FailureAsync(TakeAsync(World.Today(), ("1", 0), ("2", 0), ("3", 1), ("6", 0)), StatusCode.InvalidArgument);
        (await TakeAsync(World.Today(), ("1", 0), ("2", 0), ("6", 0))).Alert.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_due_follows_the_rule_pack_of_the_track()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var referral = await world.ReferEligibleAsync();
        await world.ScreenAsync(referral.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(5, 0), World.Today(-2));
        var offer = (await world.OfferAsync(referral.Id, program)).Offer;
        var episode = (await world.AdmitAsync(offer.Id)).Episode;
        async Task<IEnumerable<(Instrument, string, string)>> DueAsync(int until = 0) =>
            (await world.Assessments().ListScreeningsDueAsync(new() { SiteId = site, Until = World.Today(until) }, world.Operator))
                .Due.Select(d => (d.Instrument, d.DueOn, d.LastTakenOn));
        (await DueAsync()).ShouldBe(
            [(Instrument.Gad7, World.Today(), ""), (Instrument.CSsrs, World.Today(), ""), (Instrument.Bam, World.Today(), "")]);
        (await DueAsync(12)).First().ShouldBe((Instrument.Phq9, World.Today(12), World.Today(-2)));
        await world.DischargeAsync(episode);
        (await DueAsync(100)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Who_is_readmitted_is_screened_at_intake_again(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var before = await world.AdmitSinceAsync(program, 20);
        await world.ScreenAsync(before.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(12, 0), World.Today(-7));
        await world.DischargeOnAsync(before, daysAgo: 6);
        await world.ConsentAsync(before.PersonId, Purpose.Treatment);
        await world.ScreenAsync(before.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(9), World.Today(-5));
        var again = await world.AdmitSinceAsync(program, 1, await world.ReferAgainAsync(before.PersonId));
        var due = (await world.Assessments().ListScreeningsDueAsync(new() { SiteId = site, Until = World.Today(100) }, world.Operator)).Due;
        due.ShouldAllBe(d => d.EpisodeId == again.Id);
        due.Where(d => d.Instrument is Instrument.Phq9 or Instrument.Gad7).Select(d => (d.Instrument, d.LastTakenOn))
            .ShouldBe([(Instrument.Phq9, ""), (Instrument.Gad7, World.Today(-5))]);
        (await world.Outcomes().GetScoreTrendAsync(new() { PersonId = again.PersonId, Instrument = Instrument.Phq9 }, world.Operator))
            .Screenings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_trend_begins_at_intake_and_calls_reliable_what_the_cited_rule_does(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var referral = await world.ReferEligibleAsync();
        await world.ScreenAsync(referral.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(27, 3), World.Today(-60));
        await world.ScreenAsync(referral.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(18, 0), World.Today(-3));
        var offer = (await world.OfferAsync(referral.Id, program)).Offer;
        var episode = (await world.AdmitAsync(offer.Id)).Episode;
        await world.ScreenAsync(referral.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(13, 0));
        await world.ScreenAsync(referral.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(12, 0));
        await world.ScreenAsync(referral.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(24, 0));
        var trend = await world.Outcomes().GetScoreTrendAsync(
            new() { PersonId = episode.PersonId, Instrument = Instrument.Phq9, Page = new() { Size = 3 } }, world.Operator);
        trend.Screenings.Select(s => s.Points.Single()).Select(p => (p.Score, p.Change, p.Judgement)).ShouldBe(
            [(18, 0, ScoreChange.Unspecified), (13, -5, ScoreChange.None), (12, -6, ScoreChange.Improved)]);
        var rest = await world.Outcomes().GetScoreTrendAsync(
            new() { PersonId = episode.PersonId, Instrument = Instrument.Phq9, EpisodeId = episode.Id, Page = new() { Token = trend.NextPageToken } },
            world.Operator);
        rest.Screenings.ShouldHaveSingleItem().Points.ShouldHaveSingleItem().Judgement.ShouldBe(ScoreChange.Deteriorated);
        trend.Rules.ShouldHaveSingleItem().Source.ShouldContain("Jacobson");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_outcomes_of_a_program_are_the_changes_of_its_episodes_however_their_scores_came(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 20);
        var expected = new List<int>();
        var seed = new Random(7);
        await Parallel.ForAsync(0, 6, async (i, _) =>
        {
            var episode = await world.AdmitNewPersonAsync(program);
            int[] scores;
            lock (seed)
            {
                scores = [.. Enumerable.Range(0, 1 + (i % 4)).Select(_ => seed.Next(0, 25))];
                if (scores.Length > 1)
                    expected.Add(scores[^1] - scores[0]);
            }
            foreach (var score in scores)
                await world.ScreenAsync(episode.PersonId, site, Instrument.Phq9, IntakeWorld.Phq9(score, 0));
        });
        var month = World.Today()[..7];
        var outcome = (await world.Outcomes().GetProgramOutcomesAsync(
            new() { ProgramId = program, Instrument = Instrument.Phq9, FromMonth = month, ToMonth = month }, world.Operator))
            .Scales.ShouldHaveSingleItem();
        outcome.Episodes.ShouldBe(expected.Count);
        outcome.MeanChange.ShouldBe(expected.Average(), 1e-9);
        outcome.Improved.ShouldBe(expected.Count(change => change <= -6));
        outcome.Deteriorated.ShouldBe(expected.Count(change => change >= 6));
        outcome.Changes.SelectMany(c => Enumerable.Repeat(c.Change, c.Episodes)).ShouldBe(expected.Order());
        outcome.Rule.Points.ShouldBe(6);
        (await world.ReadAsync((db, ct) => db.ProgramOutcomes.Where(o => o.Episodes < 0).CountAsync(ct))).ShouldBe(0);
        var (_, other) = await world.OpenProgramAsync(licensed: 1);
        (await world.Outcomes().GetProgramOutcomesAsync(
            new() { ProgramId = other, Instrument = Instrument.Phq9, FromMonth = month, ToMonth = month }, world.Operator)).Scales.ShouldBeEmpty();
        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.NewGuid());
        await World.FailureAsync(
            world.Outcomes().GetProgramOutcomesAsync(
                new() { ProgramId = program, Instrument = Instrument.Phq9, FromMonth = month, ToMonth = month }, stranger),
            StatusCode.NotFound);
    }

    [Fact]
    public async Task A_score_that_comes_late_becomes_the_first()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitNewPersonAsync(program);
        await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(9));
        await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(7));
        await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(20), World.Today(-5));
        var trend = await world.Outcomes().GetScoreTrendAsync(new() { PersonId = episode.PersonId, Instrument = Instrument.Gad7 }, world.Operator);
        trend.Screenings.Select(s => s.Points[0].Change).ShouldBe([0, -11, -13]);
        await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(8));
        var month = World.Today()[..7];
        (await world.Outcomes().GetProgramOutcomesAsync(
            new() { ProgramId = program, Instrument = Instrument.Gad7, FromMonth = month, ToMonth = month }, world.Operator))
            .Scales.Single().Changes.ShouldHaveSingleItem().ShouldBe(new() { Change = -12, Episodes = 1 });
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_baseline_that_is_recorded_late_and_the_scores_of_a_merged_record_count_at_once(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        async Task<IEnumerable<(int, int)>> ChangesAsync() => (await world.Outcomes().GetProgramOutcomesAsync(
            new() { ProgramId = program, Instrument = Instrument.Gad7, FromMonth = World.Today(-40)[..7], ToMonth = World.Today()[..7] },
            world.Operator)).Scales.SelectMany(s => s.Changes).Select(c => (c.Change, c.Episodes));
        var episode = await world.AdmitNewPersonAsync(program);
        await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(9));
        await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(15), World.Today(-5));
        (await ChangesAsync()).ShouldBe([(-6, 1)]);
        var other = (await world.ReferAsync()).PersonId;
        await world.ScreenAsync(other, site, Instrument.Gad7, IntakeWorld.Gad7(4));
        (await ChangesAsync()).ShouldBe([(-6, 1)]);
        await world.MergeAsync(episode.PersonId, other);
        (await ChangesAsync()).ShouldBe([(-11, 1)]);

        // Recorded before an admission that is entered late.
        var late = await world.ReferEligibleAsync();
        await world.ScreenAsync(late.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(20), World.Today(-7));
        await world.ScreenAsync(late.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(10), World.Today(-1));
        await world.AdmitSinceAsync(program, 3, late);
        (await ChangesAsync()).ShouldBe([(-11, 1), (-10, 1)]);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_screening_that_was_entered_in_error_is_struck_with_what_followed_from_it_and_stays_on_record(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 5);
        var episode = await world.AdmitNewPersonAsync(program);
        var person = episode.PersonId;
        await world.ScreenAsync(person, site, Instrument.Phq9, IntakeWorld.Phq9(20, 0), World.Today(-3));
        var wrong = await world.ScreenAsync(person, site, Instrument.Phq9, IntakeWorld.Phq9(4, 2));
        async Task<IEnumerable<(int, int)>> ChangesAsync() => (await world.Outcomes().GetProgramOutcomesAsync(
            new() { ProgramId = program, Instrument = Instrument.Phq9, FromMonth = World.Today()[..7], ToMonth = World.Today()[..7] },
            world.Operator)).Scales.SelectMany(s => s.Changes).Select(c => (c.Change, c.Episodes));
        AsyncUnaryCall<StrikeScreeningResponse> StrikeAsync(string id, Metadata? headers = null, string? requestId = null) =>
            world.Assessments().StrikeScreeningAsync(
                new() { RequestId = requestId ?? World.NewId(), ScreeningId = id, Reason = "of another person" }, headers ?? world.Operator);
        (await ChangesAsync()).ShouldBe([(-16, 1)]);
        await World.FailureAsync(
            StrikeAsync(wrong.Screening.Id, world.Tokens.Clinician(world.Network, Guid.Parse(elsewhere))), StatusCode.NotFound);
        var requestId = World.NewId();
        var struck = await StrikeAsync(wrong.Screening.Id, requestId: requestId);
        (await StrikeAsync(wrong.Screening.Id, requestId: requestId)).ShouldBe(struck);
        (await World.FailureAsync(StrikeAsync(wrong.Screening.Id), StatusCode.FailedPrecondition)).ShouldBe("SCREENING_STRUCK");
        (struck.Screening.StrikeReason, struck.Screening.StruckAt is null, struck.Alert.Status).ShouldBe(
            ("of another person", false, SafetyAlertStatus.Withdrawn));
        (await World.FailureAsync(
            world.Safety().AcknowledgeSafetyAlertAsync(
                new() { RequestId = World.NewId(), AlertId = wrong.Alert.Id, Action = "x" }, world.Operator),
            StatusCode.FailedPrecondition)).ShouldBe("ALERT_WITHDRAWN");
        (await ChangesAsync()).ShouldBeEmpty();
        (await world.Outcomes().GetScoreTrendAsync(new() { PersonId = person, Instrument = Instrument.Phq9 }, world.Operator))
            .Screenings.ShouldHaveSingleItem().Points.Single().Score.ShouldBe(20);
        (await world.Assessments().ListScreeningsAsync(new() { PersonId = person }, world.Operator)).Screenings.First().ShouldBe(struck.Screening);
        (await world.Assessments().ListScreeningsDueAsync(new() { SiteId = site, Until = World.Today(11) }, world.Operator))
            .Due.ShouldContain(d => d.Instrument == Instrument.Phq9 && d.LastTakenOn == World.Today(-3));

        await world.ScreenAsync(person, site, Instrument.Phq9, IntakeWorld.Phq9(12, 0));
        (await ChangesAsync()).ShouldBe([(-8, 1)]);
        var only = await world.ScreenAsync(person, site, Instrument.Gad7, IntakeWorld.Gad7(9));
        await StrikeAsync(only.Screening.Id);
        (await world.ReadAsync((db, ct) => db.EpisodeOutcomes
            .CountAsync(o => o.Instrument == Enrollment.Assessments.Screening.Instrument.Gad7, ct))).ShouldBe(0);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_screening_of_after_the_day_of_discharge_does_not_count_any_more_once_it_is_struck(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitSinceAsync(program, 20);
        await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(15), World.Today(-10));
        var wrong = await world.ScreenAsync(episode.PersonId, site, Instrument.Gad7, IntakeWorld.Gad7(4));
        await world.DischargeOnAsync(episode, daysAgo: 2);
        (await ChangesAsync()).ShouldBe([-11]);
        await world.Assessments().StrikeScreeningAsync(
            new() { RequestId = World.NewId(), ScreeningId = wrong.Screening.Id, Reason = "of another person" }, world.Operator);
        (await ChangesAsync()).ShouldBeEmpty();

        async Task<IEnumerable<int>> ChangesAsync() => (await world.Outcomes().GetProgramOutcomesAsync(
            new() { ProgramId = program, Instrument = Instrument.Gad7, FromMonth = World.Today(-40)[..7], ToMonth = World.Today()[..7] },
            world.Operator)).Scales.SelectMany(s => s.Changes).Select(c => c.Change);
    }

    private static AsyncUnaryCall<RecordAsamAssessmentResponse> RecordAsync(World world, AsamAssessment assessment) =>
        world.Assessments().RecordAsamAssessmentAsync(new() { RequestId = World.NewId(), Assessment = assessment }, world.Operator);
}
