using System.Text.RegularExpressions;
using Platform.Enrollment.Sites;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Time;

namespace Platform.Enrollment.Referrals;

/// <summary>Persons as the API says them.</summary>
internal static partial class PersonMessages
{
    private const int MostMemberIds = 20;

    /// <summary>What a request says of a person; what is wrong is noted under <c>person</c>.</summary>
    public static PersonFields Parse(this V1.Person person, Validation validation)
    {
        var address = person.Address ?? new V1.Address();
        var state = address.State.Trim().ToUpperInvariant();
        var zip = address.Zip.Replace("-", string.Empty, StringComparison.Ordinal).Trim();
        var diagnosis = person.Diagnosis.Replace(".", string.Empty, StringComparison.Ordinal).Trim().ToUpperInvariant();
        validation.Require(Enum.IsDefined(person.Sex), "person.sex", "is not a known value");
        validation.Require(state.Length == 0 || UsPlaces.IsState(state), "person.address.state", "is not a two-letter code of a state");
        validation.Require(
            zip.Length == 0 || (zip.Length is 5 or 9 && zip.All(char.IsAsciiDigit)), "person.address.zip", "must be 5 or 9 digits");
        validation.Require(diagnosis.Length == 0 || DiagnosisCode().IsMatch(diagnosis), "person.diagnosis", "is not an ICD-10-CM code");
        return new PersonFields(
            validation.Text(person.GivenName, "person.given_name", 100),
            validation.Text(person.FamilyName, "person.family_name", 100),
            validation.Day(person.BirthDate, "person.birth_date"),
            (Sex)person.Sex,
            validation.OptionalText(address.Street, "person.address.street"),
            validation.OptionalText(address.City, "person.address.city", 100),
            state,
            zip,
            diagnosis,
            MemberIds(person, validation));
    }

    /// <summary>A person with the ids that payers gave.</summary>
    public static V1.Person ToMessage(this Person person, IEnumerable<MemberNumber> memberIds) => new()
    {
        Id = person.Id.ToString(),
        GivenName = person.GivenName,
        FamilyName = person.FamilyName,
        BirthDate = person.BirthDate.ToIso(),
        Sex = (V1.Sex)person.Sex,
        Address = new V1.Address { Street = person.Street, City = person.City, State = person.State, Zip = person.Zip },
        Diagnosis = person.Diagnosis,
        MemberIds = { memberIds.Select(id => new V1.MemberId { PayerCode = id.PayerCode, MemberId_ = id.Number }) },
        Etag = Etag.Of(person.Version),
    };

    private static List<MemberNumber> MemberIds(V1.Person person, Validation validation)
    {
        var numbers = new List<MemberNumber>();
        validation.Require(person.MemberIds.Count <= MostMemberIds, "person.member_ids", $"must be at most {MostMemberIds}");
        for (var i = 0; i < person.MemberIds.Count; i++)
        {
            var payer = validation.Text(person.MemberIds[i].PayerCode, $"person.member_ids[{i}].payer_code", 80).ToUpperInvariant();
            var number = string.Concat(
                validation.Text(person.MemberIds[i].MemberId_, $"person.member_ids[{i}].member_id", 80)
                    .Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
            validation.Require(number.Length > 0, $"person.member_ids[{i}].member_id", "must have letters or digits");
            numbers.Add(new MemberNumber(payer, number));
        }

        return [.. numbers.Distinct()];
    }

    /// <summary>ICD-10-CM: a letter, a digit, a digit or letter, and up to four more.</summary>
    [GeneratedRegex("^[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DiagnosisCode();
}
