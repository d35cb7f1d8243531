using Platform.Enrollment.RulePacks;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Consents;

/// <summary>The rules of disclosure, each alone.</summary>
public sealed class EngineTests
{
    private static PersonFacts Facts(IEnumerable<DischargeDay> discharges) => new([Track.SubstanceUse], [.. discharges]);

    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly Guid Site = Guid.NewGuid();
    private static readonly Guid Program = Guid.NewGuid();
    private static readonly Guid Payer = Guid.NewGuid();
    private static readonly DisclosureRecipient ToPayer = new("Northwind Health", RecipientClass.Payer, Payer, "");

    [Fact]
    public void A_consent_to_all_treatment_payment_and_operations_lets_the_payer_be_told_with_the_notice()
    {
        var decision = Decide(Claim(), AllTpo());
        (decision.IsAllowed, decision.Ground, decision.IsPart2).ShouldBe((true, DisclosureGround.Consent, true));
        decision.Notice.ShouldNotBeNull().ShortForm.ShouldBe("42 CFR part 2 prohibits unauthorized use or disclosure of these records.");
        decision.Notice.LongForm.ShouldContain("NOT sufficient");
        decision.Notice.Scope.ShouldContain("treatment plan");
    }

    [Fact]
    public void Without_a_consent_a_record_of_a_substance_use_program_stays_inside() =>
        Decide(Claim()).Reason.ShouldBe(DisclosureReason.ConsentMissing);

    [Fact]
    public void Records_of_another_program_need_no_consent_for_payment_and_carry_no_notice()
    {
        var decision = Decide(Claim(), Track.MentalHealth);
        (decision.IsAllowed, decision.Ground, decision.Notice).ShouldBe((true, DisclosureGround.HipaaTpo, null));
        Decide(Claim() with { Purpose = Purpose.LegalProceedings }, Track.MentalHealth).IsAllowed.ShouldBeFalse();
        Decide(Claim() with { Recipient = ToPayer with { Class = null } }, Track.MentalHealth).IsAllowed.ShouldBeFalse();
        Decide(Claim() with { Categories = RecordSet.CounselingNotes }, Track.MentalHealth).IsAllowed.ShouldBeFalse();
    }

    [Theory]
    [InlineData(Track.SubstanceUse, true)]
    [InlineData(Track.DualDiagnosis, true)]
    [InlineData(Track.MentalHealth, false)]
    [InlineData(Track.EatingDisorder, false)]
    internal void The_track_says_whether_it_is_a_part_2_record(Track track, bool isPart2) =>
        Decide(Claim(), track).IsPart2.ShouldBe(isPart2);

    [Fact]
    public void A_record_of_no_known_program_is_protected_as_a_part_2_record() =>
        ConsentEngine.Decide(Claim(), [], new PersonFacts([], []), Rules, Today).IsPart2.ShouldBeTrue();

    [Fact]
    public void It_holds_through_its_last_day()
    {
        Decide(Claim(), AllTpo(expires: Today)).IsAllowed.ShouldBeTrue();
        Decide(Claim(), AllTpo(expires: Today.AddDays(-1))).Reason.ShouldBe(DisclosureReason.ConsentExpired);
    }

    [Fact]
    public void It_holds_from_its_signature_on() =>
        Decide(Claim(), AllTpo(signed: Today.AddDays(1))).Reason.ShouldBe(DisclosureReason.ConsentNotSigned);

    [Fact]
    public void A_revoked_one_covers_nothing_whatever_its_last_day()
    {
        var consent = AllTpo(expires: Today.AddYears(1));
        consent.Revoke(DateTimeOffset.UnixEpoch).ShouldBeTrue();
        consent.Revoke(DateTimeOffset.UnixEpoch.AddDays(1)).ShouldBeFalse();
        consent.RevokedAt.ShouldBe(DateTimeOffset.UnixEpoch);
        var decision = Decide(Claim(), consent);
        (decision.Reason, decision.Consent).ShouldBe((DisclosureReason.ConsentRevoked, consent));
    }

    [Fact]
    public void The_end_of_the_treatment_that_is_meant_ends_it_and_no_other()
    {
        var (meant, other) = (Guid.NewGuid(), Guid.NewGuid());
        var consent = AllTpo(signed: Today.AddDays(-30), expiry: ExpiryEvent.EndOfTreatment);
        DisclosureReason With(Guid episode, int day) =>
            ConsentEngine.Decide(Claim(), [consent], Facts([new DischargeDay(episode, Today.AddDays(day))]), Rules, Today).Reason;
        consent.EndWith(episodeId: null);
        With(other, -1).ShouldBe(DisclosureReason.Allowed, "the treatment that is meant has not begun");
        consent.EndWith(meant);
        With(other, -1).ShouldBe(DisclosureReason.Allowed);
        With(meant, 0).ShouldBe(DisclosureReason.Allowed);
        With(meant, -1).ShouldBe(DisclosureReason.ConsentExpired);
    }

    [Fact]
    public void When_no_treatment_is_on_record_the_first_discharge_after_the_signature_ends_it()
    {
        var consent = AllTpo(signed: Today.AddDays(-30), expiry: ExpiryEvent.EndOfTreatment);
        DisclosureReason With(params DateOnly[] discharges) =>
            ConsentEngine.Decide(Claim(), [consent], Facts(discharges.Select(day => new DischargeDay(Guid.NewGuid(), day))), Rules, Today).Reason;
        With().ShouldBe(DisclosureReason.Allowed);
        With(Today.AddDays(-31)).ShouldBe(DisclosureReason.Allowed, "that treatment had ended before");
        With(Today).ShouldBe(DisclosureReason.Allowed, "the day of the discharge is a day of treatment");
        With(Today.AddDays(-1)).ShouldBe(DisclosureReason.ConsentExpired);
    }

    [Fact]
    public void Another_event_ends_it_when_it_is_recorded_and_once()
    {
        var consent = AllTpo(expiry: ExpiryEvent.Other);
        Decide(Claim(), consent).IsAllowed.ShouldBeTrue();
        consent.End(Today.AddDays(-1));
        Decide(Claim(), consent).Reason.ShouldBe(DisclosureReason.ConsentExpired);
        Should.Throw<Platform.Shared.Errors.DomainException>(() => consent.End(Today)).Error.Code.ShouldBe("CONSENT_ENDED");
        Should.Throw<Platform.Shared.Errors.DomainException>(() => AllTpo().End(Today)).Error.Code.ShouldBe("CONSENT_HAS_NO_EVENT");
    }

    [Fact]
    public void Each_class_acts_for_its_own_purpose()
    {
        Decide(Claim() with { Purpose = Purpose.Treatment }, AllTpo()).Reason.ShouldBe(DisclosureReason.ConsentRecipient);
        Decide(
            Claim() with { Purpose = Purpose.Treatment, Recipient = new("Dr. Roe", RecipientClass.TreatingProvider, null, "") },
            AllTpo()).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void A_named_recipient_is_known_by_id_or_else_by_name()
    {
        var named = With(new ConsentRecipient { Kind = RecipientKind.Entity, Name = "NORTHWIND HEALTH, Inc.", PartyId = Payer });
        Decide(Claim(), named).IsAllowed.ShouldBeTrue();
        Decide(Claim() with { Recipient = ToPayer with { PartyId = Guid.NewGuid() } }, named).Reason.ShouldBe(DisclosureReason.ConsentRecipient);
        var byName = With(new ConsentRecipient { Kind = RecipientKind.Person, Name = "northwind  health" });
        Decide(Claim(), byName).IsAllowed.ShouldBeTrue();
        Decide(Claim() with { Recipient = ToPayer with { Name = "Southwind Health" } }, byName).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public void An_intermediary_passes_on_to_its_participants_only()
    {
        var named = With(new ConsentRecipient { Kind = RecipientKind.Intermediary, Name = "State HIE", Participants = ["Northwind Health"] });
        Decide(Claim() with { Recipient = ToPayer with { Through = "state hie" } }, named).IsAllowed.ShouldBeTrue();
        Decide(Claim(), named).Reason.ShouldBe(DisclosureReason.ConsentRecipient, "the participant gets it through the intermediary only");
        Decide(Claim() with { Recipient = ToPayer with { Name = "Other", Through = "State HIE" } }, named).IsAllowed.ShouldBeFalse();
        Decide(Claim() with { Recipient = ToPayer with { Through = "Another HIE" } }, AllTpo()).IsAllowed.ShouldBeFalse();
        Decide(Claim() with { Recipient = new("State HIE", null, null, "") }, named).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void A_site_or_program_discloses_where_the_consent_lets_it()
    {
        Decide(Claim(), AllTpo(discloser: (DiscloserKind.Site, Site))).IsAllowed.ShouldBeTrue();
        Decide(Claim(), AllTpo(discloser: (DiscloserKind.Site, Guid.NewGuid()))).Reason.ShouldBe(DisclosureReason.ConsentDiscloser);
        Decide(Claim(), AllTpo(discloser: (DiscloserKind.Program, Program))).IsAllowed.ShouldBeTrue();
        Decide(Claim() with { ProgramId = null }, AllTpo(discloser: (DiscloserKind.Program, Program))).IsAllowed.ShouldBeFalse();
        Decide(Claim() with { SiteId = null, ProgramId = null }, AllTpo(discloser: (DiscloserKind.Network, null))).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void Several_consents_do_not_add_up()
    {
        var claims = AllTpo(categories: RecordSet.Of(RecordCategory.Claims));
        var rest = AllTpo(categories: RecordSet.Of(RecordCategory.Demographics, RecordCategory.Diagnosis));
        Decide(Claim(), claims, rest).Reason.ShouldBe(DisclosureReason.ConsentCategories);
    }

    [Fact]
    public void Counseling_notes_go_alone_under_a_consent_of_their_own()
    {
        var notes = AllTpo(categories: RecordSet.CounselingNotes);
        Decide(Claim() with { Categories = RecordSet.CounselingNotes }, AllTpo()).Reason.ShouldBe(DisclosureReason.ConsentCounselingNotes);
        Decide(Claim() with { Categories = RecordSet.CounselingNotes }, notes).IsAllowed.ShouldBeTrue();
        Decide(Claim() with { Categories = RecordSet.Claim.With(RecordSet.CounselingNotes) }, notes, AllTpo())
            .Reason.ShouldBe(DisclosureReason.ConsentCounselingNotes);
        Decide(Claim(), notes).Reason.ShouldBe(DisclosureReason.ConsentCategories);
    }

    [Fact]
    public void An_emergency_opens_the_record_to_medical_personnel_when_it_is_documented()
    {
        var hospital = new DisclosureRecipient("Dr. Roe", RecipientClass.TreatingProvider, null, "");
        var question = Claim() with { Purpose = Purpose.Treatment, Recipient = hospital, Exception = DisclosureGround.MedicalEmergency };
        var documented = DisclosureDocumentation.None with { DisclosedBy = "N. Nurse", Nature = "unconscious" };
        Decide(question).Reason.ShouldBe(DisclosureReason.ConsentDocumentation);
        Decide(question with { Documentation = documented with { Nature = "" } }).Reason.ShouldBe(DisclosureReason.ConsentDocumentation);
        var decision = Decide(question with { Documentation = documented });
        (decision.Ground, decision.Consent, decision.Notice).ShouldBe((DisclosureGround.MedicalEmergency, null, null));
        Decide(question with { Documentation = documented, Recipient = ToPayer }).Reason.ShouldBe(DisclosureReason.ConsentRecipient);
        Decide(question with { Documentation = documented, Categories = RecordSet.CounselingNotes }).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public void An_audit_needs_its_agreement_and_a_court_order_the_mandate_that_compels()
    {
        var audit = Claim() with { Exception = DisclosureGround.AuditEvaluation };
        Decide(audit).Reason.ShouldBe(DisclosureReason.ConsentDocumentation);
        Decide(audit with { Documentation = DisclosureDocumentation.None with { Reference = "A-1" } }).IsAllowed.ShouldBeTrue();
        var order = Claim() with { Exception = DisclosureGround.CourtOrder };
        Decide(order with { Documentation = DisclosureDocumentation.None with { Reference = "Cir. Ct. 26-1" } }).IsAllowed.ShouldBeFalse();
        Decide(order with { Documentation = DisclosureDocumentation.None with { Reference = "Cir. Ct. 26-1", Mandate = "subpoena 7" } })
            .IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void The_answer_names_the_consent_that_came_nearest()
    {
        var (other, revoked) = (AllTpo(purposes: [Purpose.Treatment]), AllTpo());
        revoked.Revoke(DateTimeOffset.UnixEpoch);
        var decision = Decide(Claim(), revoked, other);
        (decision.Reason, decision.Consent).ShouldBe((DisclosureReason.ConsentRevoked, revoked));
    }

    internal static ConsentRules Rules { get; } =
        CareRulePacks.Shipped.Section(rules => rules.Consent, new RuleScope(), Today).Rule;

    private static DisclosureQuestion Claim() =>
        new(Site, Program, ToPayer, RecordSet.Claim, Purpose.Payment, Exception: null, DisclosureDocumentation.None);

    private static DisclosureDecision Decide(DisclosureQuestion question, params Consent[] consents) =>
        ConsentEngine.Decide(question, consents, new PersonFacts([Track.SubstanceUse], []), Rules, Today);

    private static DisclosureDecision Decide(DisclosureQuestion question, Track track) =>
        ConsentEngine.Decide(question, [], new PersonFacts([track], []), Rules, Today);

    private static Consent With(ConsentRecipient recipient) => Make(recipient, [Purpose.Payment]);

    private static Consent AllTpo(
        DateOnly? signed = null, DateOnly? expires = null, ExpiryEvent? expiry = null, RecordSet? categories = null,
        (DiscloserKind Kind, Guid? Id)? discloser = null, Purpose[]? purposes = null) => Make(
            new ConsentRecipient { Kind = RecipientKind.Class, Name = "all of them", Class = RecipientClass.AllTpo },
            purposes ?? [Purpose.Treatment, Purpose.Payment, Purpose.Operations],
            signed, expires, expiry, categories, discloser);

    private static Consent Make(
        ConsentRecipient recipient, Purpose[] purposes, DateOnly? signed = null, DateOnly? expires = null, ExpiryEvent? expiry = null,
        RecordSet? categories = null, (DiscloserKind Kind, Guid? Id)? discloser = null) => new()
        {
            Id = Guid.CreateVersion7(),
            ForTreatment = purposes.Contains(Purpose.Treatment),
            ForPayment = purposes.Contains(Purpose.Payment),
            ForOperations = purposes.Contains(Purpose.Operations),
            Recipients = [recipient],
            Categories = categories ?? RecordSet.General,
            DiscloserKind = discloser?.Kind ?? DiscloserKind.Any,
            DiscloserId = discloser?.Id,
            SignedOn = signed ?? Today.AddDays(-10),
            ExpiresOn = expires,
            ExpiryEvent = expiry,
        };
}
