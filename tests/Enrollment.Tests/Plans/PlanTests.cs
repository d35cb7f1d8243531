using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;

namespace Platform.Enrollment.PlanJourneys;

/// <summary>Plans as they are written, signed, reviewed and certified.</summary>
public sealed class PlanTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_plan_is_in_force_when_all_have_signed_and_its_review_is_due_from_then_on(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var episode = await world.AdmitAsync(daysAgo: 0);
        (await world.DueAsync()).ShouldBe([(DueKind.InitialPlan, World.Today(7), false)]);
        var plan = (await world.WriteAsync(episode)).Plan;
        var first = await world.SignAsync(plan, SignerRole.Client);
        (first.Plan.Status, first.Missing.Single()).ShouldBe((V1.PlanStatus.Draft, SignerRole.Clinician));
        (await world.DueAsync()).Single().Kind.ShouldBe(DueKind.InitialPlan);

        var second = await world.SignAsync(plan, SignerRole.Clinician);
        (second.Plan.Status, second.Plan.SignedOn, second.Missing.Count).ShouldBe((V1.PlanStatus.Signed, World.Today(), 0));
        second.Plan.Signatures.ShouldAllBe(signature => signature.Hash == plan.Hash);
        (await world.DueAsync()).ShouldBe([(DueKind.Review, World.Today(30), false)]);

        var review = await world.ReviewAsync(episode, World.Today(), "G1");
        (review.NextDueOn, review.Review.PlanNumber).ShouldBe((World.Today(30), 1));
        var read = await world.Plans().GetPlanAsync(new() { EpisodeId = episode.Id }, world.Operator);
        read.Content.ShouldBe(NoDot(PlanWorld.Content()));
        (await world.Reviews().ListReviewsAsync(new() { EpisodeId = episode.Id }, world.Operator)).Reviews.Single().ShouldBe(review.Review);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task An_amendment_is_a_new_version_and_the_signed_one_stays_as_it_was(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var episode = await world.AdmitAsync(daysAgo: 0);
        await world.PutInForceAsync(episode);
        var amendment = (await world.WriteAsync(episode, PlanWorld.Content("Drinks at weekends"))).Plan;
        amendment.Number.ShouldBe(2);
        (await world.Plans().GetPlanAsync(new() { EpisodeId = episode.Id }, world.Operator)).Plan.Number.ShouldBe(1, "the one in force");
        await world.SignAsync(amendment, SignerRole.Client);
        await world.SignAsync(amendment, SignerRole.Clinician);
        var versions = (await world.Plans().ListPlanVersionsAsync(new() { EpisodeId = episode.Id }, world.Operator)).Plans;
        versions.Select(v => (v.Number, v.Status)).ShouldBe([(2, V1.PlanStatus.Signed), (1, V1.PlanStatus.Superseded)]);
        (await world.Plans().GetPlanAsync(new() { EpisodeId = episode.Id, Number = 1 }, world.Operator)).Content.ShouldBe(NoDot(PlanWorld.Content()));
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Statements_of_a_plan_take_as_many_lines_as_they_need_and_are_signed_with_them(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var episode = await world.AdmitAsync(daysAgo: 0);
        var plan = (await world.WriteAsync(episode, InLines("Drinks daily:\r\n\t- alone\r\n\t- at work"))).Plan;
        await world.SignAsync(plan, SignerRole.Client);
        (await world.SignAsync(plan, SignerRole.Clinician)).Plan.Status.ShouldBe(V1.PlanStatus.Signed);
        var read = await world.Plans().GetPlanAsync(new() { EpisodeId = episode.Id }, world.Operator);
        read.Content.ShouldBe(NoDot(InLines("Drinks daily:\n\t- alone\n\t- at work")));
        var content = InLines("a\vb");
        content.Problems[0].Goals[0].Objectives[0].Interventions[0].Owner = "A\nB";
        var refusal = await Should.ThrowAsync<RpcException>(world.WriteAsync(episode, content).ResponseAsync);
        const string objective = "content.problems[0].goals[0].objectives[0]";
        refusal.ToDomainError().ShouldNotBeNull().Fields.Select(field => field.Field).ShouldBe(
            [
                "content.problems[0].description",
                "content.problems[0].goals[0].description",
                $"{objective}.description",
                $"{objective}.interventions[0].description",
                $"{objective}.interventions[0].owner",
            ],
            ignoreOrder: true);

        static PlanContent InLines(string text)
        {
            var content = PlanWorld.Content(text);
            var goal = content.Problems[0].Goals[0];
            goal.Description = goal.Objectives[0].Description = goal.Objectives[0].Interventions[0].Description = text;
            return content;
        }
    }

    [Fact]
    public async Task A_draft_that_somebody_signed_is_kept_and_other_words_are_a_new_version()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 0);
        var draft = (await world.WriteAsync(episode)).Plan;
        draft = (await world.WriteAsync(episode, PlanWorld.Content("Drinks alone"), draft.Etag)).Plan;
        draft.Number.ShouldBe(1, "nobody had signed it");
        var signed = (await world.SignAsync(draft, SignerRole.Client)).Plan;
        var next = (await world.WriteAsync(episode, PlanWorld.Content("Drinks with others"), signed.Etag)).Plan;
        (next.Number, next.Signatures.Count).ShouldBe((2, 0));
        (await World.FailureAsync(world.SignAsync(signed, SignerRole.Clinician), StatusCode.FailedPrecondition)).ShouldBe("PLAN_NOT_DRAFT");
    }

    [Fact]
    public async Task A_signature_is_of_exactly_the_words_that_were_seen()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 0);
        var seen = (await world.WriteAsync(episode)).Plan;
        var changed = (await world.WriteAsync(episode, PlanWorld.Content("Something else"), seen.Etag)).Plan;
        (await World.FailureAsync(world.SignAsync(changed, SignerRole.Client, hash: seen.Hash), StatusCode.Aborted)).ShouldBe("PLAN_CHANGED");
        var other = await world.AdmitAsync(daysAgo: 0);
        (await world.WriteAsync(other)).Plan.Hash.ShouldNotBe(seen.Hash, "the same words for another person are another thing to sign");
    }

    [Fact]
    public async Task Nobody_signs_or_certifies_for_a_clinician_and_nobody_signs_twice()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 0);
        var plan = (await world.WriteAsync(episode)).Plan;
        (await World.FailureAsync(world.SignAsync(plan, SignerRole.Clinician, headers: world.Operator), StatusCode.PermissionDenied)).ShouldBe("SIGNER_NOT_CLINICIAN");
        await World.FailureAsync(world.CertifyAsync(episode, World.Today(), headers: world.Operator), StatusCode.PermissionDenied);
        await world.SignAsync(plan, SignerRole.Client, headers: world.Operator);
        (await World.FailureAsync(world.SignAsync(plan, SignerRole.Client), StatusCode.FailedPrecondition)).ShouldBe("PLAN_SIGNED_BEFORE");
    }

    [Fact]
    public async Task A_draft_that_was_changed_meanwhile_is_not_written_over()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 0);
        var first = (await world.WriteAsync(episode)).Plan;
        await world.WriteAsync(episode, etag: first.Etag);
        (await World.FailureAsync(world.WriteAsync(episode, etag: first.Etag), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
        await World.FailureAsync(world.WriteAsync(episode), StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Medicare_takes_a_physicians_signature_and_a_certification_of_nine_hours_renewed_after_sixty_days()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 3);
        (await World.FailureAsync(world.CertifyAsync(episode, World.Today()), StatusCode.FailedPrecondition)).ShouldBe("CERTIFICATION_NOT_ASKED");
        var due = (await world.PaidByAsync(episode, PayerKind.Medicare)).Due;
        due.Single(d => d.Kind == DueKind.Certification).ShouldSatisfyAllConditions(
            d => d.DueOn.ShouldBe(World.Today(-3)), d => d.Overdue.ShouldBeTrue(), d => d.Pack.ShouldBe("medicare@1"));
        var plan = await world.PutInForceAsync(episode);
        plan.Status.ShouldBe(V1.PlanStatus.Draft, "the physician has not signed");
        (await world.SignAsync(plan, SignerRole.Physician)).Plan.Status.ShouldBe(V1.PlanStatus.Signed);

        await World.FailureAsync(world.CertifyAsync(episode, World.Today(), hours: 8), StatusCode.InvalidArgument);
        await World.FailureAsync(world.CertifyAsync(episode, World.Today(1)), StatusCode.InvalidArgument);
        await World.FailureAsync(world.CertifyAsync(episode, World.Today(-4)), StatusCode.InvalidArgument);
        var certified = await world.CertifyAsync(episode, World.Today(-3));
        (certified.NextDueOn, certified.Certification.Recertification, certified.Certification.Pack).ShouldBe((World.Today(57), false, "medicare@1"));
        var again = await world.CertifyAsync(episode, World.Today());
        (again.NextDueOn, again.Certification.Recertification).ShouldBe((World.Today(60), true));
        var page = await world.Reviews().ListCertificationsAsync(new() { EpisodeId = episode.Id, Page = new() { Size = 1 } }, world.Operator);
        page.Certifications.Single().ShouldBe(again.Certification);
        page = await world.Reviews().ListCertificationsAsync(new() { EpisodeId = episode.Id, Page = new() { Size = 1, Token = page.NextPageToken } }, world.Operator);
        (page.Certifications.Single(), page.NextPageToken).ShouldBe((certified.Certification, ""));
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_draft_comes_into_force_when_nobody_asks_any_more_for_the_signature_that_it_lacks(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var episode = await world.AdmitAsync(daysAgo: 0);
        await world.PaidByAsync(episode, PayerKind.Medicare);
        (await world.PutInForceAsync(episode)).Status.ShouldBe(V1.PlanStatus.Draft, "the physician has not signed");
        var schedule = await world.PaidByAsync(episode, PayerKind.Commercial);
        (schedule.FirstSignedOn, schedule.Due.Single().Kind).ShouldBe((World.Today(), DueKind.Review));
        (await world.Plans().GetPlanAsync(new() { EpisodeId = episode.Id }, world.Operator)).Plan.Status.ShouldBe(V1.PlanStatus.Signed);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_plan_in_force_takes_the_signature_that_a_new_payer_asks_for_and_is_listed_until_then(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var episode = await world.AdmitAsync(daysAgo: 0);
        var plan = await world.PutInForceAsync(episode);
        (await world.PaidByAsync(episode, PayerKind.Medicare)).Due.Single(d => d.Kind == DueKind.Signature).DueOn.ShouldBe(World.Today());
        var signed = await world.SignAsync(plan, SignerRole.Physician);
        (signed.Plan.Status, signed.Plan.Signatures.Count, signed.Missing.Count).ShouldBe((V1.PlanStatus.Signed, 3, 0));
        (await world.ScheduleAsync(episode)).Due.ShouldNotContain(d => d.Kind == DueKind.Signature);
        (await World.FailureAsync(world.SignAsync(plan, SignerRole.Physician), StatusCode.FailedPrecondition)).ShouldBe("PLAN_SIGNED_BEFORE");
    }

    [Fact]
    public async Task A_review_says_of_each_goal_how_it_comes_on_and_lies_between_the_signing_and_today()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 5);
        (await World.FailureAsync(world.ReviewAsync(episode, World.Today(), "G1"), StatusCode.FailedPrecondition)).ShouldBe("PLAN_MISSING");
        await world.PutInForceAsync(episode);
        await World.FailureAsync(world.ReviewAsync(episode, World.Today()), StatusCode.InvalidArgument);
        await World.FailureAsync(world.ReviewAsync(episode, World.Today(), "G1", "G1"), StatusCode.InvalidArgument);
        await World.FailureAsync(world.ReviewAsync(episode, World.Today(), "G2"), StatusCode.InvalidArgument);
        await World.FailureAsync(world.ReviewAsync(episode, World.Today(1), "G1"), StatusCode.InvalidArgument);
        await World.FailureAsync(world.ReviewAsync(episode, World.Today(-1), "G1"), StatusCode.InvalidArgument);
        await world.ReviewAsync(episode, World.Today(), "G1");
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_plan_is_said_at_once_by_field()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 0);
        var content = PlanWorld.Content(" ");
        content.HoursPerWeek = 0;
        content.Problems[0].Diagnosis = "sad";
        content.Problems[0].Goals[0].Key = "P1";
        content.Problems[0].Goals[0].TargetOn = "soon";
        content.Problems[0].Goals[0].Objectives[0].Key = "O1\n";
        content.Problems[0].Goals[0].Objectives[0].Status = V1.GoalStatus.Unspecified;
        content.Problems[0].Goals[0].Objectives[0].Interventions.Clear();
        var error = await Should.ThrowAsync<RpcException>(async () => await world.WriteAsync(episode, content));
        error.ToDomainError().ShouldNotBeNull().Fields.Select(f => f.Field["content.".Length..]).ShouldBe(
            [
                "hours_per_week", "problems[0].description", "problems[0].diagnosis", "problems[0].goals[0].key", "problems[0].goals[0].target_on",
                "problems[0].goals[0].objectives[0].key", "problems[0].goals[0].objectives[0].status", "problems[0].goals[0].objectives[0].interventions",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_caller_of_another_site_sees_no_plan_and_nobody_writes_one_after_the_discharge()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var episode = await world.AdmitAsync(daysAgo: 0);
        await world.PutInForceAsync(episode);
        var stranger = world.Tokens.Clinician(world.Network, Guid.NewGuid());
        await World.FailureAsync(world.Plans().GetPlanAsync(new() { EpisodeId = episode.Id }, stranger), StatusCode.NotFound);
        await World.FailureAsync(world.WriteAsync(episode, headers: stranger), StatusCode.NotFound);
        await World.FailureAsync(world.CertifyAsync(episode, World.Today(), headers: stranger), StatusCode.NotFound);
        await world.DischargeAsync(episode);
        (await World.FailureAsync(world.WriteAsync(episode), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_DISCHARGED");
        (await world.Plans().GetPlanAsync(new() { EpisodeId = episode.Id }, world.Operator)).Plan.Number.ShouldBe(1);
    }

    // The diagnosis is kept without the dot.
    private static V1.PlanContent NoDot(V1.PlanContent content)
    {
        content.Problems[0].Diagnosis = content.Problems[0].Diagnosis.Replace(".", "", StringComparison.Ordinal);
        return content;
    }
}
