using Grpc.Core;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;

namespace Platform.Enrollment.Journey;

/// <summary>The rules of the steps, each through the API.</summary>
public sealed class RulesTests(Hosts hosts)
{
    [Fact]
    public async Task A_place_is_offered_to_an_eligible_referral_only()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var referral = await world.ReferAsync();
        referral.Status.ShouldBe(ReferralStatus.Received);
        (await World.FailureAsync(world.OfferAsync(referral.Id, program), StatusCode.FailedPrecondition)).ShouldBe("REFERRAL_NOT_ELIGIBLE");
        var refused = await world.Referrals.AnswerEligibilityAsync(
            World.Answers(referral.Id, no: EligibilityQuestion.NeedsNoRoundTheClockCare), world.Operator);
        refused.Referral.Status.ShouldBe(ReferralStatus.NotEligible);
        (await World.FailureAsync(world.OfferAsync(referral.Id, program), StatusCode.FailedPrecondition)).ShouldBe("REFERRAL_NOT_ELIGIBLE");
        var corrected = await world.Referrals.AnswerEligibilityAsync(World.Answers(referral.Id), world.Operator);
        corrected.Referral.Status.ShouldBe(ReferralStatus.Eligible);
        (await world.OfferAsync(referral.Id, program)).Offer.Status.ShouldBe(OfferStatus.Held);
    }

    [Fact]
    public async Task Answers_stand_from_the_admission_on()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(program);
        (await World.FailureAsync(
            world.Referrals.AnswerEligibilityAsync(World.Answers(episode.ReferralId), world.Operator), StatusCode.FailedPrecondition))
            .ShouldBe("REFERRAL_ADMITTED");
        (await world.Referrals.GetReferralAsync(new() { ReferralId = episode.ReferralId }, world.Operator)).Referral.Status
            .ShouldBe(ReferralStatus.Admitted);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Nobody_is_admitted_without_a_consent_that_covers_treatment(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var referral = await world.ReferAsync();
        await world.Referrals.AnswerEligibilityAsync(World.Answers(referral.Id), world.Operator);
        await world.ConsentAsync(referral.PersonId, Purpose.Payment);
        var offer = (await world.OfferAsync(referral.Id, program)).Offer;
        (await World.FailureAsync(world.AdmitAsync(offer.Id), StatusCode.FailedPrecondition)).ShouldBe("CONSENT_MISSING");
        await world.Consents.RecordConsentAsync(
            new()
            {
                RequestId = World.NewId(),
                PersonId = referral.PersonId,
                Purposes = { Purpose.Treatment },
                Recipient = "a provider",
                Description = "all",
                SignedOn = World.Today(-20),
                ExpiresOn = World.Today(-1),
            },
            world.Operator);
        (await World.FailureAsync(world.AdmitAsync(offer.Id), StatusCode.FailedPrecondition)).ShouldBe("CONSENT_MISSING");
        var consent = await world.ConsentAsync(referral.PersonId, Purpose.Treatment);
        await world.Consents.RevokeConsentAsync(new() { RequestId = World.NewId(), ConsentId = consent }, world.Operator);
        (await World.FailureAsync(world.AdmitAsync(offer.Id), StatusCode.FailedPrecondition)).ShouldBe("CONSENT_MISSING");
        await world.ConsentAsync(referral.PersonId, Purpose.Treatment, Purpose.Operations);
        (await world.AdmitAsync(offer.Id)).Episode.Status.ShouldBe(EpisodeStatus.Admitted);
    }

    [Fact]
    public async Task An_admission_is_not_in_the_future_and_in_the_past_only_with_a_reason()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var offer = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        AsyncUnaryCall<AdmitResponse> AdmitAsync(string day, string reason = "") => world.Episodes.AdmitAsync(
            new() { RequestId = World.NewId(), OfferId = offer.Id, AdmittedOn = day, BackdatingReason = reason }, world.Operator);
        await World.FailureAsync(AdmitAsync(World.Today(1)), StatusCode.InvalidArgument);
        await World.FailureAsync(AdmitAsync(World.Today(-1)), StatusCode.InvalidArgument);
        (await AdmitAsync(World.Today(-1), "The network was down.")).Episode.AdmittedOn.ShouldBe(World.Today(-1));
    }

    [Fact]
    public async Task A_released_offer_admits_nobody_and_releasing_again_changes_nothing()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var offer = (await world.OfferAsync((await world.ReferEligibleAsync()).Id, program)).Offer;
        (await world.ReleaseAsync(offer.Id)).Offer.Status.ShouldBe(OfferStatus.Released);
        (await world.ReleaseAsync(offer.Id)).Offer.Status.ShouldBe(OfferStatus.Released);
        (await World.FailureAsync(world.AdmitAsync(offer.Id), StatusCode.FailedPrecondition)).ShouldBe("OFFER_RELEASED");
        await world.ShouldBalanceAsync(program);
    }

    [Fact]
    public async Task A_discharge_needs_the_current_etag_a_possible_day_and_an_aftercare_plan_and_happens_once()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(program);
        AsyncUnaryCall<DischargeResponse> With(Action<DischargeRequest> change)
        {
            var request = new DischargeRequest
            {
                RequestId = World.NewId(),
                EpisodeId = episode.Id,
                Etag = episode.Etag,
                DischargedOn = World.Today(),
                Disposition = Disposition.StepDown,
                AftercarePlan = "Weekly group.",
            };
            change(request);
            return world.Episodes.DischargeAsync(request, world.Operator);
        }
        (await World.FailureAsync(With(r => r.Etag = "\"7\""), StatusCode.Aborted)).ShouldBe("ETAG_MISMATCH");
        await World.FailureAsync(With(r => r.Etag = ""), StatusCode.InvalidArgument);
        await World.FailureAsync(With(r => r.DischargedOn = World.Today(1)), StatusCode.InvalidArgument);
        await World.FailureAsync(With(r => r.DischargedOn = World.Today(-1)), StatusCode.InvalidArgument);
        await World.FailureAsync(With(r => r.AftercarePlan = " "), StatusCode.InvalidArgument);
        await World.FailureAsync(With(r => r.Disposition = Disposition.Unspecified), StatusCode.InvalidArgument);
        episode = (await With(_ => { })).Episode;
        (await World.FailureAsync(With(_ => { }), StatusCode.FailedPrecondition)).ShouldBe("EPISODE_DISCHARGED");
        await world.ShouldBalanceAsync(program);
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_referral_is_said_at_once_by_field()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var error = await Should.ThrowAsync<RpcException>(async () => await world.Referrals.CreateReferralAsync(
            new()
            {
                RequestId = World.NewId(),
                Person = new() { GivenName = " ", FamilyName = "X", BirthDate = "yesterday", Diagnosis = "sad", Address = new() { State = "ZZ", Zip = "1" } },
                ReferredOn = "2026-02-30",
            },
            world.Operator));
        error.ToDomainError().ShouldNotBeNull().Fields.Select(field => field.Field).ShouldBe(
            ["source", "referred_on", "person.address.state", "person.address.zip", "person.diagnosis", "person.given_name", "person.birth_date"],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Eligibility_takes_six_answers_each_once_and_a_no_with_a_reason_and_another_level(int mistake)
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var referral = await world.ReferAsync();
        var request = World.Answers(referral.Id, no: EligibilityQuestion.IsStable);
        Action change = mistake switch
        {
            0 => () => request.Answers.RemoveAt(0),
            1 => () => request.Answers[0].Question = EligibilityQuestion.IsStable,
            2 => () => request.Answers.Single(answer => !answer.Yes).Reason = "",
            _ => () => request.RecommendedLevel = LevelOfCare.IntensiveOutpatient,
        };
        change();
        await World.FailureAsync(world.Referrals.AnswerEligibilityAsync(request, world.Operator), StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task The_questions_of_eligibility_that_were_not_answered_are_named_as_the_API_names_them()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var request = World.Answers((await world.ReferAsync()).Id);
        request.Answers.RemoveAt(5);
        request.Answers.RemoveAt(0);
        var failure = await Should.ThrowAsync<RpcException>(world.Referrals.AnswerEligibilityAsync(request, world.Operator).ResponseAsync);
        failure.ToDomainError().ShouldNotBeNull().Fields.Select(field => (field.Field, field.Description)).ShouldBe(
            [
                ("answers", "lacks ELIGIBILITY_QUESTION_NEEDS_MORE_THAN_WEEKLY_CARE"),
                ("answers", "lacks ELIGIBILITY_QUESTION_HAS_TREATED_DIAGNOSIS"),
            ]);
    }

    [Fact]
    public async Task Search_finds_the_nearest_that_suit()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (_, far) = await world.OpenProgramAsync(1, latitude: 38.5);
        var (_, near) = await world.OpenProgramAsync(1, latitude: 38.1);
        var (_, teens) = await world.OpenProgramAsync(1, latitude: 38.2, track: "DUAL_DIAGNOSIS", ageGroup: "ADOLESCENT");
        (await world.SearchAsync()).Select(place => place.ProgramId).ShouldBe([near, teens, far]);
        (await world.SearchAsync(Track.SubstanceUse)).Select(place => place.ProgramId).ShouldBe([near, far]);
        (await world.SearchAsync(ageGroup: AgeGroup.Adolescent)).ShouldHaveSingleItem().ProgramId.ShouldBe(teens);
        (await world.SearchAsync(miles: 10)).ShouldHaveSingleItem().ProgramId.ShouldBe(near);
    }

    [Fact]
    public async Task Nothing_of_a_person_is_in_the_log()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var referral = await world.ReferAsync(givenName: "Zorglubina");
        await world.Persons.GetPersonAsync(new() { PersonId = referral.PersonId, Purpose = Purpose.Treatment }, world.Operator);
        world.Host.Logs.Text.ShouldNotContain("Zorglubina");
    }

    [Fact]
    public async Task A_site_has_one_program_of_a_name()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (site, _) = await world.OpenProgramAsync(licensed: 1);
        AsyncUnaryCall<CreateProgramResponse> CreateAsync() => world.Sites.CreateProgramAsync(
            new() { RequestId = World.NewId(), SiteId = site, Name = "Evenings", Track = Track.SubstanceUse, AgeGroup = AgeGroup.Adult, Licensed = 2 },
            world.Operator);
        var codes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => JourneyTests.CodeAsync(CreateAsync())));
        codes.Order().ShouldBe(["", "PROGRAM_EXISTS", "PROGRAM_EXISTS"]);
        (await world.SearchAsync()).Sum(place => place.Open).ShouldBe(3);
    }
}
