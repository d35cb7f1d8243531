using FsCheck;
using FsCheck.Fluent;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Consents;

/// <summary>What holds of the engine whatever is signed and asked.</summary>
public sealed class EngineProperties
{
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly string[] Names = ["Northwind Health", "Dr. Roe", "State HIE", "Circuit Court"];

    private static readonly Gen<RecordSet> Sets = Gen.Elements(Enum.GetValues<RecordCategory>()).NonEmptyListOf().Select(list => RecordSet.Of(list));

    private static readonly Gen<DateOnly> Days = Gen.Choose(-20, 20).Select(Today.AddDays);

    private static readonly Gen<ConsentRecipient> Recipients =
        from kind in Gen.Elements(Enum.GetValues<RecipientKind>())
        from name in Gen.Elements(Names)
        from known in OrNone(Gen.Elements(Enum.GetValues<RecipientClass>()))
        from participants in Gen.SubListOf(Names)
        select new ConsentRecipient { Kind = kind, Name = name, Class = known, Participants = [.. participants] };

    private static readonly Gen<Consent> Consents =
        from categories in Sets
        from purposes in Gen.SubListOf(Enum.GetValues<Purpose>())
        from recipients in Recipients.ListOf()
        from signed in Days
        from expires in OrNone(Days)
        from expiry in OrNone(Gen.Elements(Enum.GetValues<ExpiryEvent>()))
        from revoked in Gen.Elements(true, false, false)
        select Make(categories, purposes, recipients, signed, expires, expiry, revoked);

    private static readonly Gen<DisclosureQuestion> Questions =
        from categories in Sets
        from purpose in Gen.Elements(Enum.GetValues<Purpose>())
        from name in Gen.Elements(Names)
        from known in OrNone(Gen.Elements(RecipientClass.Payer, RecipientClass.TreatingProvider, RecipientClass.Operations))
        from through in Gen.Elements("", "", "State HIE")
        select new DisclosureQuestion(
            null, null, new DisclosureRecipient(name, known, null, through), categories, purpose, null, DisclosureDocumentation.None);

    private static readonly Arbitrary<Case> Cases = (
        from question in Questions
        from consents in Consents.ListOf()
        from tracks in Gen.SubListOf(Enum.GetValues<Track>())
        from discharges in Days.ListOf()
        select new Case(question, [.. consents], new PersonFacts([.. tracks], [.. discharges.Select(day => new DischargeDay(Guid.NewGuid(), day))]))).ToArbitrary();

    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(3000);

    [Fact]
    public void Nothing_is_allowed_under_a_consent_that_is_revoked_expired_not_signed_or_narrower_than_what_is_asked() =>
        Check(it => it.Decision.Ground != DisclosureGround.Consent || (
            it.Decision.Consent is { RevokedAt: null } consent
            && consent.SignedOn <= Today
            && (consent.ExpiresOn is null || consent.ExpiresOn >= Today)
            && (consent.ExpiryEvent != ExpiryEvent.EndOfTreatment
                || !it.Case.Person.Discharges.Any(discharge => discharge.On >= consent.SignedOn && discharge.On < Today))
            && consent.Purposes.Contains(it.Case.Question.Purpose)
            && it.Case.Question.Categories.Categories.All(consent.Categories.Has)));

    [Fact]
    public void When_all_consents_are_revoked_no_part_2_record_leaves() =>
        Check(it =>
        {
            foreach (var consent in it.Case.Consents)
                consent.Revoke(DateTimeOffset.UnixEpoch);
            var decision = it.Case.Decide();
            return !decision.IsAllowed || !decision.IsPart2;
        });

    [Fact]
    public void Counseling_notes_never_go_under_a_general_consent_nor_without_one() =>
        Check(it => !it.Decision.IsAllowed
            || !it.Case.Question.Categories.Has(RecordCategory.CounselingNotes)
            || (it.Case.Question.Categories == RecordSet.CounselingNotes && it.Decision.Consent!.Categories == RecordSet.CounselingNotes));

    [Fact]
    public void To_ask_for_less_is_never_refused_where_more_was_allowed() =>
        Check(it => !it.Decision.IsAllowed || it.Case.Question.Categories.Categories.All(category =>
            (it.Case with { Question = it.Case.Question with { Categories = RecordSet.Of(category) } }).Decide().IsAllowed));

    [Fact]
    public void The_order_in_which_consents_are_read_does_not_matter() =>
        Check(it => (it.Case with { Consents = [.. it.Case.Consents.Reverse()] }).Decide() == it.Decision);

    private static void Check(Func<(Case Case, DisclosureDecision Decision), bool> holds) =>
        Prop.ForAll(Cases, it => holds((it, it.Decide()))).Check(Often);

    private static Gen<T?> OrNone<T>(Gen<T> values)
        where T : struct => Gen.OneOf(Gen.Constant<T?>(null), values.Select(value => (T?)value));

    private static Consent Make(
        RecordSet categories, IList<Purpose> purposes, IList<ConsentRecipient> recipients, DateOnly signed, DateOnly? expires,
        ExpiryEvent? expiry, bool revoked)
    {
        var consent = new Consent
        {
            Id = Guid.NewGuid(),
            ForTreatment = purposes.Contains(Purpose.Treatment),
            ForPayment = purposes.Contains(Purpose.Payment),
            ForOperations = purposes.Contains(Purpose.Operations),
            ForLegalProceedings = purposes.Contains(Purpose.LegalProceedings),
            ForPatientRequest = purposes.Contains(Purpose.PatientRequest),
            Recipients = [.. recipients],
            Categories = categories,
            SignedOn = signed,
            ExpiresOn = expires,
            ExpiryEvent = expiry,
        };
        if (revoked)
            consent.Revoke(DateTimeOffset.UnixEpoch);
        return consent;
    }

    private sealed record Case(DisclosureQuestion Question, IReadOnlyList<Consent> Consents, PersonFacts Person)
    {
        public DisclosureDecision Decide() => ConsentEngine.Decide(Question, Consents, Person, EngineTests.Rules, Today);
    }
}
