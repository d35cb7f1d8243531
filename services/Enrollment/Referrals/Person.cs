using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Enrollment.Referrals;

/// <summary>A person who was referred. Protected health information: it leaves this service by an audited call and no other way.</summary>
internal sealed class Person : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public string GivenName { get; private set; } = string.Empty;

    public string FamilyName { get; private set; } = string.Empty;

    public DateOnly BirthDate { get; private set; }

    public Sex Sex { get; private set; }

    public string Street { get; private set; } = string.Empty;

    public string City { get; private set; } = string.Empty;

    /// <summary>Two-letter code; empty when the address is not known.</summary>
    public string State { get; private set; } = string.Empty;

    /// <summary>Five or nine digits; empty when the address is not known.</summary>
    public string Zip { get; private set; } = string.Empty;

    /// <summary>Principal diagnosis, ICD-10-CM without the dot; empty when not known yet.</summary>
    public string Diagnosis { get; private set; } = string.Empty;

    /// <summary>Soundex code of the family name, by which duplicates are looked for; empty in a row that is older than it.</summary>
    public string FamilyCode { get; private set; } = string.Empty;

    /// <summary>The record that this one is an alias of; null unless it was merged.</summary>
    public Guid? MergedIntoId { get; private set; }

    /// <summary>Why it was merged; empty unless it was.</summary>
    public string MergeReason { get; private set; } = string.Empty;

    public long Version { get; private set; } = 1;

    /// <summary>A new record.</summary>
    public static Person Of(Guid id, Guid networkId, PersonFields fields)
    {
        var person = new Person { Id = id, NetworkId = networkId };
        person.Set(fields);
        return person;
    }

    /// <summary>Replaces what is recorded.</summary>
    public void Correct(PersonFields fields)
    {
        Set(fields);
        Version++;
    }

    /// <summary>Makes it an alias of another record of the same person, of which more is known from then on.</summary>
    /// <exception cref="DomainException">FAILED_PRECONDITION: one of them is an alias already.</exception>
    public void MergeInto(Person kept, string reason)
    {
        if (MergedIntoId is not null || kept.MergedIntoId is not null)
        {
            throw PersonErrors.Merged.ToException();
        }

        MergedIntoId = kept.Id;
        MergeReason = reason;
        Version++;
        kept.Version++;
    }

    private void Set(PersonFields fields)
    {
        GivenName = fields.GivenName;
        FamilyName = fields.FamilyName;
        BirthDate = fields.BirthDate;
        Sex = fields.Sex;
        Street = fields.Street;
        City = fields.City;
        State = fields.State;
        Zip = fields.Zip;
        Diagnosis = fields.Diagnosis;
        FamilyCode = Duplicates.Soundex.Of(fields.FamilyName);
    }
}

/// <summary>What a request says of a person, checked.</summary>
internal sealed record PersonFields(
    string GivenName, string FamilyName, DateOnly BirthDate, Sex Sex, string Street, string City, string State, string Zip,
    string Diagnosis, IReadOnlyList<MemberNumber> MemberIds)
{
    private static readonly DateOnly EarliestBirth = new(1900, 1, 1);

    /// <summary>Notes a day on which nobody was born who is alive.</summary>
    public void RequireBornBy(DateOnly latest, Validation validation) => validation.Require(
        BirthDate >= EarliestBirth && BirthDate <= latest, "person.birth_date", "is not a day on which a living person was born");
}

/// <summary>The id that a payer gave a person, in the form in which two are compared.</summary>
internal sealed record MemberNumber(string PayerCode, string Number);

/// <summary>The id that a payer gave a person. Protected health information.</summary>
internal sealed class PersonMemberId : ITenantOwned
{
    public Guid NetworkId { get; init; }

    public Guid PersonId { get; init; }

    public string PayerCode { get; init; } = string.Empty;

    /// <summary>Letters and digits, upper case.</summary>
    public string Number { get; init; } = string.Empty;
}

/// <summary>Why two records cannot be made one.</summary>
internal static class PersonErrors
{
    public static readonly DomainError Merged = DomainError.Precondition(
        "PERSON_MERGED", "One of the records was merged already. Use the one that stayed.");
}
