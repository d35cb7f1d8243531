using System.Globalization;

namespace Platform.Enrollment.Assessments.Screening;

/// <summary>The instruments, each by the publication that its version names.</summary>
internal static class Instruments
{
    /// <summary>Item 9 of the PHQ-9: thoughts of being better off dead, or of hurting oneself.</summary>
    public const string Phq9SelfHarm = "9";

    /// <summary>The scale of an instrument that has one.</summary>
    public const string Total = "TOTAL";

    /// <summary>The scale of the C-SSRS screener: 0 none, 1 low, 2 moderate, 3 high.</summary>
    public const string Triage = "TRIAGE";

    private static readonly int[] Frequency = [0, 1, 2, 3];
    private static readonly int[] YesOrNo = [0, 1];

    private static readonly InstrumentForm[] Forms =
    [
        // Kroenke, Spitzer, Williams: The PHQ-9, J Gen Intern Med 16 (2001) 606: cut points 5, 10, 15, 20.
        new(
            Instrument.Phq9,
            "PHQ-9 (Kroenke, Spitzer, Williams 2001)",
            Numbered(9, Frequency),
            [
                new FormScale(
                    Total, answers => answers.Values.Sum(), HigherIsWorse: true,
                    [
                        new(0, "MINIMAL"), new(5, "MILD"), new(10, "MODERATE"), new(15, "MODERATELY_SEVERE"), new(20, "SEVERE"),
                    ]),
            ]),

        // Spitzer, Kroenke, Williams, Löwe: A brief measure for assessing generalized anxiety disorder, Arch Intern Med 166 (2006) 1092.
        new(
            Instrument.Gad7,
            "GAD-7 (Spitzer, Kroenke, Williams, Löwe 2006)",
            Numbered(7, Frequency),
            [
                new FormScale(
                    Total, answers => answers.Values.Sum(), HigherIsWorse: true,
                    [new(0, "MINIMAL"), new(5, "MILD"), new(10, "MODERATE"), new(15, "SEVERE")]),
            ]),

        // Cacciola et al.: Development and initial evaluation of the Brief Addiction Monitor, J Subst Abuse Treat 44 (2013) 256; the
        // categories and cut-offs are those of the VA's "BAM with Scoring & Clinical Guidelines".
        Bam(
            Instrument.Bam, "BAM, past 30 days, categories (VA; Cacciola et al. 2013)",
            days: [0, 1, 2, 3, 4], words: [0, 1, 2, 3, 4], income: [0, 4],
            use: [new(0, string.Empty), new(1, "ATTENTION")],
            risk: [new(0, string.Empty), new(12, "ATTENTION")],
            protective: [new(0, "ATTENTION"), new(13, string.Empty)]),

        // Each item counts from 0 to 30, USE to 90, RISK and PROTECTIVE to 180. That the words between count 8, 15 and 22 was not
        // confirmed from a published text.
        Bam(
            Instrument.BamR, "BAM-R, past 30 days, days (VA; Cacciola et al. 2013)",
            days: [.. Enumerable.Range(0, 31)], words: [0, 8, 15, 22, 30], income: [0, 30], use: [], risk: [], protective: []),

        // Posner et al.: The Columbia-Suicide Severity Rating Scale, Am J Psychiatry 168 (2011) 1266; the triage is that of the
        // Columbia Lighthouse Project's "Screener with triage points".
        new(
            Instrument.CSsrs,
            "C-SSRS screener, past month, behavior lifetime and three months (Posner et al. 2011)",
            [
                new("1", YesOrNo), new("2", YesOrNo), new("3", YesOrNo, OnlyAfter: "2"), new("4", YesOrNo, OnlyAfter: "2"),
                new("5", YesOrNo, OnlyAfter: "2"), new("6", YesOrNo), new("6R", YesOrNo, OnlyAfter: "6"),
            ],
            [
                new FormScale(
                    Triage, TriageOf, HigherIsWorse: true, [new(0, "NONE"), new(1, "LOW"), new(2, "MODERATE"), new(3, "HIGH")]),
            ]),
    ];

    /// <summary>The form of an instrument.</summary>
    public static InstrumentForm Of(Instrument instrument) => Forms.Single(form => form.Instrument == instrument);

    private static FormItem[] Numbered(int count, int[] values) =>
        [.. Enumerable.Range(1, count).Select(i => new FormItem(i.ToString(CultureInfo.InvariantCulture), values))];

    /// <summary>Use is items 4 to 6; risk 1, 2, 3, 8, 11, 15; protective 9, 10, 12, 13, 14, 16. Items 7 and 17 are in none.</summary>
    private static InstrumentForm Bam(
        Instrument instrument, string version, int[] days, int[] words, int[] income, Band[] use, Band[] risk, Band[] protective) => new(
        instrument,
        version,
        [
            new("1", words), new("2", days), new("3", days), new("4", days), new("5", days, OnlyAfter: "4"), new("6", days),
            .. "ABCDEFG".Select(part => new FormItem($"7{part}", days, OnlyAfter: "6")),
            new("8", words), new("9", words), new("10", days), new("11", days), new("12", words), new("13", days), new("14", income),
            new("15", words), new("16", days), new("17", words),
        ],
        [
            new FormScale("USE", Sum("4", "5", "6"), HigherIsWorse: true, use),
            new FormScale("RISK", Sum("1", "2", "3", "8", "11", "15"), HigherIsWorse: true, risk),
            new FormScale("PROTECTIVE", Sum("9", "10", "12", "13", "14", "16"), HigherIsWorse: false, protective),
        ]);

    private static Func<IReadOnlyDictionary<string, int>, int> Sum(params string[] items) =>
        answers => items.Sum(item => answers.GetValueOrDefault(item));

    /// <summary>High: intent (4), plan (5), or behavior within three months. Moderate: method (3), or behavior before. Low: 1 or 2.</summary>
    private static int TriageOf(IReadOnlyDictionary<string, int> answers)
    {
        bool Yes(string item) => answers.GetValueOrDefault(item) > 0;
        return Yes("4") || Yes("5") || Yes("6R") ? 3
            : Yes("3") || Yes("6") ? 2
            : Yes("1") || Yes("2") ? 1
            : 0;
    }
}
