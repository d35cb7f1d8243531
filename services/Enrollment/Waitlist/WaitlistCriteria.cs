using Platform.Enrollment.Referrals;
using Platform.Enrollment.Sites;

namespace Platform.Enrollment.Waitlist;

/// <summary>What a person who waits needs of a program; what is null, none or empty does not matter.</summary>
/// <param name="Track">What it must treat.</param>
/// <param name="AgeGroup">Whom it must treat.</param>
/// <param name="Level">Level of care.</param>
/// <param name="Delivery">At the site or from afar; a hybrid program is both.</param>
/// <param name="Weekdays">Days on which the person can come.</param>
/// <param name="TimesOfDay">Parts of the day that suit.</param>
/// <param name="Language">A language that the site must speak.</param>
/// <param name="Payer">A payer whom the site must accept.</param>
/// <param name="State">Two-letter code of the state that the person is in.</param>
internal sealed record WaitlistCriteria(
    Track? Track = null,
    AgeGroup? AgeGroup = null,
    LevelOfCare? Level = null,
    Delivery? Delivery = null,
    Weekdays Weekdays = Weekdays.None,
    TimesOfDay TimesOfDay = TimesOfDay.None,
    string Language = "",
    AcceptedPayer? Payer = null,
    string State = "")
{
    /// <summary>Whether a program suits. What nobody said of its days, times and payers speaks against nobody.</summary>
    public bool Suits(ProgramProfile program) =>
        (Track is null || Track == program.Track)
        && (AgeGroup is null || AgeGroup == program.AgeGroup)
        && (Level is null || Level == program.Level)
        && SuitsDelivery(program)
        && (Weekdays == Weekdays.None || (program.Weekdays & ~Weekdays) == Weekdays.None)
        && (TimesOfDay == TimesOfDay.None || program.TimesOfDay == TimesOfDay.None || (program.TimesOfDay & TimesOfDay) != TimesOfDay.None)
        && (Language.Length == 0 || program.Speaks(Language))
        && (Payer is not { } payer || program.Payers.Count == 0 || program.Payers.Any(p => p.Covers(payer.Kind, payer.Code)));

    private bool SuitsDelivery(ProgramProfile program) => Delivery switch
    {
        Sites.Delivery.OnSite => program.Delivery != Sites.Delivery.Virtual,
        Sites.Delivery.Virtual => program.Delivery != Sites.Delivery.OnSite && SuitsState(program),
        Sites.Delivery.Hybrid => program.Delivery == Sites.Delivery.Hybrid && SuitsState(program),
        _ => program.Delivery != Sites.Delivery.Virtual || SuitsState(program),
    };

    private bool SuitsState(ProgramProfile program) =>
        State.Length == 0 || program.VirtualStates.Contains(State, StringComparer.Ordinal);
}
