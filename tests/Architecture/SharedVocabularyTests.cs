using System.Text.RegularExpressions;

namespace Platform.Architecture;

/// <summary>
/// Shared is what all services need and none owns, so nothing in it bears a word of the field. Names are judged, of types,
/// members and variables; a comment may use such a word as an example.
/// </summary>
public sealed partial class SharedVocabularyTests
{
    // Words of the field that mean nothing else. "claim", "client", "session", "authorization", "group" and "program" are
    // missing because a token has claims, gRPC has clients, a broker has sessions and so on, and "person" because whose
    // record was read is what an audit is about.
    private static readonly HashSet<string> FieldWords = new(
        [
            "episode", "referral", "placement", "waitlist", "admission", "discharge", "enrollment", "eligibility", "consent",
            "assessment", "asam", "diagnosis", "patient", "facility", "capacity", "aftercare", "clinician",
            "facilitator", "room", "booking", "roster", "roll", "attendance", "engagement", "therapy", "counseling",
            "payer", "coverage", "charge", "remittance", "denial", "takeback", "copay", "diem", "x12", "fhir", "npi", "ledger",
            "site", "region", "scheduling", "billing",
        ],
        StringComparer.OrdinalIgnoreCase);

    // A token says which sites and which payer its bearer may see, and whether it is a clinician's: roles and claims of the
    // token format, checked before any service knows what a site is.
    private static readonly string[] OfTokens = ["site", "payer", "clinician"];

    [Fact]
    public void Nothing_in_shared_is_named_by_a_word_of_the_field() =>
        FieldNames(Repository.Files("services/Shared", ".cs")).ShouldBeEmpty();

    [Fact]
    public void A_field_word_in_a_name_is_reported_wherever_it_stands() =>
        FieldNames(
        [
            new SourceFile("services/Shared/Errors/Codes.cs", "class Codes { int EpisodeCount; void M() { var nextPayers = 1; } }"),
        ]).ShouldBe(["services/Shared/Errors/Codes.cs: EpisodeCount", "services/Shared/Errors/Codes.cs: nextPayers"]);

    [Fact]
    public void Comments_texts_and_longer_words_are_not_names() =>
        FieldNames(
        [
            new SourceFile(
                "services/Shared/Persistence/Rows.cs",
                "/// <summary>An episode.</summary>\nclass Rows { void Rollback() => Log(\"episode\"); /* payer */ int Composite; }"),
        ]).ShouldBeEmpty();

    [Fact]
    public void Tokens_may_name_sites_and_payers_and_nothing_more() =>
        FieldNames([new SourceFile("services/Shared/Security/Caller.cs", "record Caller(Sites S, Guid PayerId, Episode E);")])
            .ShouldBe(["services/Shared/Security/Caller.cs: Episode"]);

    private static IEnumerable<string> FieldNames(IEnumerable<SourceFile> files) =>
        from file in files
        let allowed = file.Path.Contains("/Security/", StringComparison.Ordinal) ? OfTokens : []
        from name in Identifier().Matches(CommentsAndTexts().Replace(file.Text, " ")).Select(match => match.Value).Distinct()
        where Words().Matches(name).Select(word => Singular(word.Value))
            .Any(word => FieldWords.Contains(word) && !allowed.Contains(word, StringComparer.OrdinalIgnoreCase))
        select $"{file.Path}: {name}";

    private static string Singular(string word) =>
        FieldWords.Contains(word) ? word : word.EndsWith('s') ? word[..^1] : word;

    [GeneratedRegex("""//.*|/\*[\s\S]*?\*/|\$*@?("{3,})[\s\S]*?\1|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""")]
    private static partial Regex CommentsAndTexts();

    [GeneratedRegex(@"\b[A-Za-z_]\w*\b")]
    private static partial Regex Identifier();

    [GeneratedRegex("[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*")]
    private static partial Regex Words();
}
