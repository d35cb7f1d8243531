using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Enrollment.V1;
using Platform.Shared.Errors;
using Platform.Shared.Requests;
using Platform.Shared.Security;
using Platform.Shared.Time;
using static Platform.Enrollment.Episodes.Course;
using static Platform.Enrollment.Intake.IntakeWorld;

namespace Platform.Enrollment.Consents;

/// <summary>Consents through the API: what a form must say, what a revocation does and shows.</summary>
public sealed class ConsentTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_consent_is_listed_with_its_terms_and_whether_it_stands(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, _) = await world.OpenProgramAsync(licensed: 1);
        var person = (await world.ReferAsync()).PersonId;
        var recorded = (await world.RecordAsync(person, r =>
        {
            r.Discloser = new V1.Discloser { Kind = V1.DiscloserKind.Site, Id = site };
            r.Recipients.Add(new V1.ConsentRecipient
            {
                Kind = V1.RecipientKind.Intermediary, Name = "State HIE", Participants = { "Dr. Roe", "Northwind Health" },
            });
            r.Categories.Add([V1.RecordCategory.Attendance, V1.RecordCategory.Diagnosis]);
            r.ExpiryEvent = V1.ExpiryEvent.Other;
            r.ExpiryEventText = "the end of probation";
            r.Signature = new V1.Signature
            {
                Signer = V1.Signer.ParentOrGuardian, Method = V1.SignatureMethod.Electronic, Name = "Pat Example", Relationship = "mother",
            };
        })).Consent;
        var revoked = await world.ConsentAsync(person, V1.Purpose.Treatment);
        await world.Consents.RevokeConsentAsync(new() { RequestId = World.NewId(), ConsentId = revoked }, world.Operator);

        var first = await world.Consents.ListConsentsAsync(new() { PersonId = person, Page = new() { Size = 1 } }, world.Operator);
        first.Consents.ShouldHaveSingleItem().Status.ShouldBe(V1.ConsentStatus.Revoked);
        var rest = await world.Consents.ListConsentsAsync(
            new() { PersonId = person, Page = new() { Size = 1, Token = first.NextPageToken } }, world.Operator);
        rest.Consents.ShouldHaveSingleItem().ShouldBe(recorded);
        rest.NextPageToken.ShouldBeEmpty();
        recorded.Status.ShouldBe(V1.ConsentStatus.Active);
        recorded.Recipients.ShouldHaveSingleItem().Participants.ShouldBe(["Dr. Roe", "Northwind Health"]);

        var ended = await world.Consents.EndConsentAsync(
            new() { RequestId = World.NewId(), ConsentId = recorded.Id, EndedOn = World.Today(-1) }, world.Operator);
        (ended.Consent.Status, ended.Consent.EndedOn).ShouldBe((V1.ConsentStatus.Expired, World.Today(-1)));
    }

    public static TheoryData<string, Action<V1.RecordConsentRequest>> Deficient { get; } = new()
    {
        { "purposes", r => r.Purposes.Add(V1.Purpose.LegalProceedings) },
        { "categories", r => r.Categories.Add([V1.RecordCategory.CounselingNotes, V1.RecordCategory.Claims]) },
        { "recipients[0].participants", r => r.Recipients.Add(new V1.ConsentRecipient { Kind = V1.RecipientKind.Intermediary, Name = "HIE" }) },
        { "recipients[0].recipient_class", r => r.Recipients.Add(new V1.ConsentRecipient { Kind = V1.RecipientKind.Class, Name = "doctors" }) },
        { "expires_on", r => { r.Purposes.Clear(); r.Purposes.Add(V1.Purpose.PatientRequest); } },
        { "expiry_event_text", r => r.ExpiryEvent = V1.ExpiryEvent.Other },
        { "states_right_to_revoke", r => r.StatesRightToRevoke = false },
        { "states_redisclosure", r => r.StatesRedisclosure = false },
        { "signature.name", r => r.Signature = new V1.Signature
            { Signer = V1.Signer.PersonalRepresentative, Method = V1.SignatureMethod.Paper, Relationship = "executor" } },
        { "discloser.id", r => r.Discloser = new V1.Discloser { Kind = V1.DiscloserKind.Program } },
        { "signed_on", r => r.SignedOn = World.Today(3) },
    };

    [Theory]
    [MemberData(nameof(Deficient), DisableDiscoveryEnumeration = true)]
    public async Task A_deficient_consent_is_not_recorded_and_the_field_is_named(string field, Action<V1.RecordConsentRequest> spoil)
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var person = (await world.ReferAsync()).PersonId;
        var refused = await Should.ThrowAsync<RpcException>(() => world.RecordAsync(person, spoil));
        refused.ToDomainError().ShouldNotBeNull().Fields.Select(f => f.Field).ShouldContain(field);
        (await world.Consents.ListConsentsAsync(new() { PersonId = person }, world.Operator)).Consents.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_consent_until_the_end_of_treatment_ends_with_the_treatment_that_was_meant(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        var first = await world.AdmitSinceAsync(program, 20);
        async Task<V1.Consent> UntilEndAsync(int signedAgo, string episode = "") => (await world.RecordAsync(first.PersonId, r =>
        {
            (r.ExpiryEvent, r.SignedOn, r.EpisodeId) = (V1.ExpiryEvent.EndOfTreatment, World.Today(-signedAgo), episode);
        })).Consent;
        async Task<V1.ConsentStatus> StatusAsync(V1.Consent consent) => (await world.Consents.ListConsentsAsync(
            new() { PersonId = first.PersonId }, world.Operator)).Consents.Single(c => c.Id == consent.Id).Status;

        var early = await UntilEndAsync(signedAgo: 15);
        early.EpisodeId.ShouldBe(first.Id);
        await world.DischargeOnAsync(first, daysAgo: 5);

        // Signed on the day on which one treatment ended and the next began, and before that was recorded.
        var next = await UntilEndAsync(signedAgo: 5);
        var late = await UntilEndAsync(signedAgo: 6);
        (next.EpisodeId, late.EpisodeId).ShouldBe(("", first.Id));
        await world.ConsentAsync(first.PersonId, V1.Purpose.Treatment);
        var second = await world.AdmitSinceAsync(program, 5, await world.ReferAgainAsync(first.PersonId));
        (await StatusAsync(early), await StatusAsync(late), await StatusAsync(next)).ShouldBe(
            (V1.ConsentStatus.Expired, V1.ConsentStatus.Expired, V1.ConsentStatus.Active));
        var named = await UntilEndAsync(signedAgo: 5, episode: first.Id);
        named.Status.ShouldBe(V1.ConsentStatus.Expired);
        (await World.FailureAsync(
            world.Consents.RecordConsentAsync(
                new()
                {
                    RequestId = World.NewId(), PersonId = first.PersonId, Purposes = { V1.Purpose.Treatment }, Description = "all",
                    Recipient = "my treating providers, health plans and payers", SignedOn = World.Today(),
                    ExpiryEvent = V1.ExpiryEvent.EndOfTreatment, EpisodeId = World.NewId(),
                },
                world.Operator),
            StatusCode.NotFound)).ShouldBe("NOT_FOUND");

        // Another record of the same person, which awaited a treatment, and is merged into this one.
        var twin = (await world.ReferAsync()).PersonId;
        var merged = (await world.RecordAsync(
            twin, r => (r.ExpiryEvent, r.SignedOn) = (V1.ExpiryEvent.EndOfTreatment, World.Today(-5)))).Consent;
        merged.EpisodeId.ShouldBeEmpty();
        await world.MergeAsync(first.PersonId, twin);
        (await StatusAsync(merged)).ShouldBe(V1.ConsentStatus.Active);
        second = (await world.Episodes.GetEpisodeAsync(new() { EpisodeId = second.Id }, world.Operator)).Episode;
        await world.DischargeOnAsync(second, daysAgo: 2);
        (await StatusAsync(merged)).ShouldBe(V1.ConsentStatus.Expired);
        (await StatusAsync(next)).ShouldBe(V1.ConsentStatus.Expired);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_consent_that_was_signed_after_a_mistaken_discharge_ends_with_the_treatment_that_went_on(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = (await world.DischargeOnAsync(await world.AdmitSinceAsync(program, 20), daysAgo: 15)).Episode;
        var signed = (await world.RecordAsync(
            episode.PersonId, r => (r.ExpiryEvent, r.SignedOn) = (V1.ExpiryEvent.EndOfTreatment, World.Today(-14)))).Consent;
        signed.EpisodeId.ShouldBeEmpty();
        episode = (await world.ReinstateAsync(episode)).Episode;
        (await ConsentAsync()).ShouldBe((episode.Id, V1.ConsentStatus.Active));
        await world.DischargeOnAsync(episode, daysAgo: 2);
        (await ConsentAsync()).ShouldBe((episode.Id, V1.ConsentStatus.Expired));

        async Task<(string, V1.ConsentStatus)> ConsentAsync()
        {
            var listed = await world.Consents.ListConsentsAsync(new() { PersonId = episode.PersonId }, world.Operator);
            var consent = listed.Consents.Single(c => c.Id == signed.Id);
            return (consent.EpisodeId, consent.Status);
        }
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_consent_stands_through_its_last_day_at_the_site_and_not_before_the_day_of_its_signature(Store store)
    {
        // In American Samoa a day ends last in the United States.
        var world = await hosts.WorldAsync(store);
        var report = await world.ImportCsvAsync(
            $"{World.Columns}\nsamoa,Last Day,SA,1 Test Street,Pago Pago,AS,96799,,-14.28,-170.70,IOP,SUBSTANCE_USE,ADULT,2\n");
        report.Added.ShouldBe(1, report.ToString());
        var site = (await world.Sites.ListSitesAsync(new() { WithPrograms = true }, world.Operator)).Sites.ShouldHaveSingleItem();
        site.TimeZone.ShouldBe("Pacific/Pago_Pago");
        var program = site.Programs.Single().Id;
        var (today, latest) = (LocalDays.DayAt(DateTimeOffset.UtcNow, "Pacific/Pago_Pago"), UsDays.Latest(DateTimeOffset.UtcNow));
        var person = (await world.AdmitSinceAsync(program, 3)).PersonId;
        var consent = (await world.RecordAsync(person, r => (r.SignedOn, r.ExpiresOn) = (World.Today(-5), today.ToIso()))).Consent;
        consent.Status.ShouldBe(V1.ConsentStatus.Active);
        (await world.Consents.ListConsentsAsync(new() { PersonId = person }, world.Operator)).Consents.ShouldContain(consent);
        (await world.Persons.GetPersonAsync(new() { PersonId = person, Purpose = V1.Purpose.Payment }, world.Operator)).Person.Id.ShouldBe(person);

        var referral = await world.ReferAsync();
        await world.Referrals.AnswerEligibilityAsync(World.Answers(referral.Id), world.Operator);
        await world.RecordAsync(referral.PersonId, r => (r.SignedOn, r.Purposes[0]) = (latest.ToIso(), V1.Purpose.Treatment));
        var offer = (await world.OfferAsync(referral.Id, program)).Offer;
        var admission = new AdmitRequest
        {
            RequestId = World.NewId(), OfferId = offer.Id, AdmittedOn = today.AddDays(-1).ToIso(), BackdatingReason = "Recorded late.",
        };
        (await Journey.JourneyTests.CodeAsync(world.Episodes.AdmitAsync(admission, world.Operator)))
            .ShouldBe(latest > today ? "CONSENT_MISSING" : "");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_one_site_may_disclose_another_may_not_whoever_the_payer_and_admits_nobody_elsewhere(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var (other, otherProgram) = await world.OpenProgramAsync(licensed: 5);
        var referral = await ReferAsync(world, V1.DiscloserKind.Site, site);
        var elsewhere = (await world.OfferAsync(referral.Id, otherProgram)).Offer;
        (await World.FailureAsync(world.AdmitAsync(elsewhere.Id), StatusCode.FailedPrecondition)).ShouldBe("CONSENT_MISSING");
        await world.ReleaseAsync(elsewhere.Id);
        (await world.AdmitAsync((await world.OfferAsync(referral.Id, program)).Offer.Id)).Episode.SiteId.ShouldBe(site);

        await ShouldBePaidForOnlyAtAsync(world, referral.PersonId, site, other);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_a_program_may_disclose_is_paid_for_at_its_site_and_at_no_other(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 5);
        var (other, _) = await world.OpenProgramAsync(licensed: 5);
        var referral = await ReferAsync(world, V1.DiscloserKind.Program, program);
        await world.AdmitAsync((await world.OfferAsync(referral.Id, program)).Offer.Id);
        await ShouldBePaidForOnlyAtAsync(world, referral.PersonId, site, other);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_record_goes_for_payment_to_the_payer_that_is_told_by_its_id_and_to_no_other(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 5);
        var person = (await world.AdmitNewPersonAsync(program)).PersonId;
        var (payer, other) = (World.NewId(), World.NewId());
        await world.RecordAsync(person, r =>
        {
            r.Purposes.Clear();
            r.Purposes.Add(V1.Purpose.Payment);
            r.Recipients.Add(new V1.ConsentRecipient { Kind = V1.RecipientKind.Entity, Name = "Northwind Health", PartyId = payer });
        });
        AsyncUnaryCall<GetPersonResponse> GetAsync(string payerId) => world.Persons.GetPersonAsync(
            new() { PersonId = person, Purpose = V1.Purpose.Payment, PayerId = payerId }, world.Operator);
        (await GetAsync(payer)).Person.Id.ShouldBe(person);
        (await World.FailureAsync(GetAsync(other), StatusCode.FailedPrecondition)).ShouldBe("CONSENT_MISSING");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_revocation_says_who_received_what(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var person = (await world.ReferAsync()).PersonId;
        var consent = await world.ConsentAsync(person, V1.Purpose.Treatment, V1.Purpose.Payment);
        await world.DiscloseAsync(person);
        await world.DiscloseAsync(person);

        var revoked = await world.Consents.RevokeConsentAsync(new() { RequestId = World.NewId(), ConsentId = consent }, world.Operator);
        var again = await world.Consents.RevokeConsentAsync(new() { RequestId = World.NewId(), ConsentId = consent }, world.Operator);

        var received = revoked.Received.ShouldHaveSingleItem();
        (received.Recipient, received.Times, received.Through).ShouldBe(("Northwind Health", 2, ""));
        received.Categories.ShouldBe([V1.RecordCategory.Demographics, V1.RecordCategory.Diagnosis, V1.RecordCategory.Claims]);
        again.ShouldBe(revoked);
    }

    [Theory]
    [InlineData(Store.Sqlite, "SUBSTANCE_USE", Purpose.Payment)]
    [InlineData(Store.Postgres, "SUBSTANCE_USE", Purpose.Payment)]
    [InlineData(Store.Sqlite, "MENTAL_HEALTH")]
    internal async Task A_revocation_leaves_uncovered_what_neither_another_consent_nor_a_rule_allows(
        Store store, string track, params Purpose[] expected)
    {
        var world = await hosts.WorldAsync(store);
        var (_, program) = await world.OpenProgramAsync(licensed: 1, track: track);
        var person = (await world.AdmitNewPersonAsync(program)).PersonId;
        var consent = Guid.Parse(await world.ConsentAsync(person, V1.Purpose.Treatment, V1.Purpose.Payment));
        var (elsewhere, _) = await world.OpenProgramAsync(licensed: 1, track: track);
        await world.RecordAsync(person, r =>
        {
            r.Discloser = new V1.Discloser { Kind = V1.DiscloserKind.Site, Id = elsewhere };
        });
        await world.Consents.RevokeConsentAsync(new() { RequestId = World.NewId(), ConsentId = consent.ToString() }, world.Operator);

        var desk = world.Host.Services.GetRequiredService<DisclosureDesk>();
        var caller = new Caller("test", CallerRole.Operator, world.Network, Sites: null, PayerId: null);
        (await world.ReadAsync(async (db, ct) => await desk.UncoveredAsync(
            new Operation<EnrollmentDbContext>(db, caller, ct), await db.Consents.SingleAsync(c => c.Id == consent, ct)))).ShouldBe(expected);
    }

    [Fact]
    public async Task Someone_elses_person_has_no_consents_to_see_record_or_revoke()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (_, program) = await world.OpenProgramAsync(licensed: 1);
        var (other, _) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(program);
        var consent = await world.ConsentAsync(episode.PersonId, V1.Purpose.Payment);
        var stranger = world.Tokens.SiteAdmin(world.Network, Guid.Parse(other));

        foreach (var call in new Func<Task>[]
        {
            async () => await world.Consents.ListConsentsAsync(new() { PersonId = episode.PersonId }, stranger),
            async () => await world.Consents.RevokeConsentAsync(new() { RequestId = World.NewId(), ConsentId = consent }, stranger),
            async () => await world.Consents.EndConsentAsync(
                new() { RequestId = World.NewId(), ConsentId = consent, EndedOn = World.Today() }, stranger),
            async () => await world.Disclosures().ListDisclosuresAsync(new() { PersonId = episode.PersonId }, stranger),
            async () => await world.Disclosures().MayDiscloseAsync(
                new() { PersonId = episode.PersonId, Question = ConsentWorld.ToPayer(other) }, stranger),
        })
        {
            (await Should.ThrowAsync<RpcException>(call)).StatusCode.ShouldBe(StatusCode.NotFound);
        }
    }

    /// <summary>Somebody eligible, with a consent to treatment and payment that lets one discloser disclose.</summary>
    private static async Task<Referral> ReferAsync(World world, V1.DiscloserKind kind, string discloser)
    {
        var referral = await world.ReferAsync();
        await world.Referrals.AnswerEligibilityAsync(World.Answers(referral.Id), world.Operator);
        await world.RecordAsync(referral.PersonId, r =>
        {
            r.Purposes.Add(V1.Purpose.Treatment);
            r.Discloser = new V1.Discloser { Kind = kind, Id = discloser };
        });
        return referral;
    }

    private static async Task ShouldBePaidForOnlyAtAsync(World world, string person, string site, string other)
    {
        (await GetAsync(site)).Person.Id.ShouldBe(person);
        (await World.FailureAsync(GetAsync(other), StatusCode.FailedPrecondition)).ShouldBe("CONSENT_MISSING");

        AsyncUnaryCall<GetPersonResponse> GetAsync(string siteId) => world.Persons.GetPersonAsync(
            new() { PersonId = person, Purpose = V1.Purpose.Payment, SiteId = siteId }, world.Operator);
    }
}
