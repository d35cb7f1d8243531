namespace Platform.Enrollment.Consents;

/// <summary>A part of a person's record that is disclosed or not as a whole (42 CFR 2.31(a)(3)). Numbered as in the API.</summary>
internal enum RecordCategory
{
    /// <summary>Name, birth date, sex and address.</summary>
    Demographics = 1,

    /// <summary>Sessions and days attended.</summary>
    Attendance = 2,

    /// <summary>Diagnosis.</summary>
    Diagnosis = 3,

    /// <summary>Treatment plan.</summary>
    TreatmentPlan = 4,

    /// <summary>Assessments and scores.</summary>
    Assessments = 5,

    /// <summary>Claims, with the days and services on them.</summary>
    Claims = 6,

    /// <summary>SUD counseling notes (42 CFR 2.11), which need a consent of their own (2.31(b)).</summary>
    CounselingNotes = 7,
}

/// <summary>A set of record categories, kept as one number.</summary>
/// <param name="Bits">Bit n stands for category n.</param>
internal readonly record struct RecordSet(int Bits)
{
    /// <summary>SUD counseling notes and nothing else.</summary>
    public static readonly RecordSet CounselingNotes = Of(RecordCategory.CounselingNotes);

    /// <summary>Everything but SUD counseling notes.</summary>
    public static readonly RecordSet General = new(Of(Enum.GetValues<RecordCategory>()).Bits & ~CounselingNotes.Bits);

    /// <summary>What a claim tells a payer.</summary>
    public static readonly RecordSet Claim = Of(RecordCategory.Demographics, RecordCategory.Diagnosis, RecordCategory.Claims);

    /// <summary>The categories, by number.</summary>
    public IEnumerable<RecordCategory> Categories => Enum.GetValues<RecordCategory>().Where(Has);

    /// <summary>The set of some categories.</summary>
    public static RecordSet Of(params IEnumerable<RecordCategory> categories) =>
        new(categories.Aggregate(0, (bits, category) => bits | (1 << (int)category)));

    /// <summary>Whether a category is in it.</summary>
    public bool Has(RecordCategory category) => (Bits & (1 << (int)category)) != 0;

    /// <summary>Whether all of another set is in it.</summary>
    public bool Includes(RecordSet other) => (other.Bits & ~Bits) == 0;

    /// <summary>This set and another one together.</summary>
    public RecordSet With(RecordSet other) => new(Bits | other.Bits);
}
