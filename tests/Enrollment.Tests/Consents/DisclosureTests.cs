using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Platform.Enrollment.V1;

namespace Platform.Enrollment.Consents;

/// <summary>Disclosures through the API: asked, recorded or refused, and accounted for.</summary>
public sealed class DisclosureTests(Hosts hosts)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_is_disclosed_is_in_the_accounting_and_from_the_revocation_on_it_is_refused(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var person = (await world.ReferAsync()).PersonId;
        (await world.AskAsync(person)).Reason.ShouldBe(V1.DisclosureReason.ConsentMissing);
        var consent = await world.ConsentAsync(person, V1.Purpose.Payment);
        var asked = await world.AskAsync(person);
        (asked.Allowed, asked.Part2, asked.ConsentId, asked.RulePack).ShouldBe((true, true, consent, "federal-privacy@1"));
        (await world.AccountingAsync(person)).ShouldBeEmpty("a question discloses nothing");

        var made = await world.DiscloseAsync(person);
        made.Decision.Notice.ShortForm.ShouldContain("42 CFR part 2");
        var line = (await world.AccountingAsync(person)).ShouldHaveSingleItem();
        line.ShouldBe(made.Disclosure);
        (line.Recipient.Name, line.ConsentId, line.Ground, line.Description)
            .ShouldBe(("Northwind Health", consent, V1.DisclosureGround.Consent, "a claim for March"));

        await world.Consents.RevokeConsentAsync(new() { RequestId = World.NewId(), ConsentId = consent }, world.Operator);
        (await world.AskAsync(person)).Reason.ShouldBe(V1.DisclosureReason.ConsentRevoked);
        (await RefusalAsync(world, person, ConsentWorld.ToPayer())).ShouldBe("CONSENT_REVOKED");
        (await world.AccountingAsync(person)).ShouldHaveSingleItem();
        (await world.AuditedAsync("disclosure.refuse", person)).ShouldBe(1);
        (await world.AuditedAsync("disclosure.ask", person)).ShouldBe(3);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_repeated_request_is_one_disclosure(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var person = (await world.ReferAsync()).PersonId;
        await world.ConsentAsync(person, V1.Purpose.Payment);
        var request = World.NewId();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.DiscloseAsync(person, requestId: request)));
        answers.Distinct().ShouldHaveSingleItem();
        (await world.AccountingAsync(person)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_consent_to_one_plan_is_not_one_to_every_payer(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var person = (await world.ReferAsync()).PersonId;
        await world.RecordAsync(person, request => request.Recipient = "Acme Health Plan");

        (await world.AskAsync(person)).Allowed.ShouldBeFalse();
        var acme = ConsentWorld.ToPayer();
        acme.Recipient = new V1.DisclosureRecipient { Name = "Acme Health Plan", RecipientClass = V1.RecipientClass.Payer };
        (await world.AskAsync(person, acme)).Allowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_program_decides_whether_it_is_a_part_2_record(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (mindSite, mind) = await world.OpenProgramAsync(1, track: "MENTAL_HEALTH");
        var (dualSite, dual) = await world.OpenProgramAsync(1, track: "DUAL_DIAGNOSIS");
        var person = (await world.AdmitNewPersonAsync(mind)).PersonId;
        var free = await world.AskAsync(person, ConsentWorld.ToPayer(mindSite));
        (free.Allowed, free.Part2, free.Ground, free.Notice).ShouldBe((true, false, V1.DisclosureGround.HipaaTpo, null));

        var question = ConsentWorld.ToPayer(dualSite);
        question.ProgramId = dual;
        (await world.AskAsync(person, question)).Reason.ShouldBe(V1.DisclosureReason.ConsentPurpose);
        question.ProgramId = mind;
        (await World.FailureAsync(
            world.Disclosures().MayDiscloseAsync(new() { PersonId = person, Question = question }, world.Operator), StatusCode.NotFound))
            .ShouldBe("NOT_FOUND");

        // Of a program in which the person was treated for substance use, another program's name does not make it any other record.
        var treated = (await world.AdmitNewPersonAsync(dual)).PersonId;
        (await world.AskAsync(treated, Elsewhere())).Part2.ShouldBeTrue();
        V1.DisclosureQuestion Elsewhere()
        {
            var elsewhere = ConsentWorld.ToPayer(mindSite);
            elsewhere.ProgramId = mind;
            return elsewhere;
        }

        var billing = new GetPersonRequest { PersonId = person, Purpose = V1.Purpose.Payment, PayerName = "Northwind Health" };
        (await world.Persons.GetPersonAsync(billing, world.Service())).Person.Id.ShouldBe(person);
    }

    [Fact]
    public async Task An_emergency_is_recorded_afterwards_with_who_when_and_its_nature()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var person = (await world.ReferAsync()).PersonId;
        var question = new V1.DisclosureQuestion
        {
            Recipient = new() { Name = "Dr. Roe", RecipientClass = V1.RecipientClass.TreatingProvider },
            Categories = { V1.RecordCategory.Diagnosis },
            Purpose = V1.Purpose.Treatment,
            Ground = V1.DisclosureGround.MedicalEmergency,
        };
        (await RefusalAsync(world, person, question)).ShouldBe("CONSENT_DOCUMENTATION");
        question.Documentation = new() { Affiliation = "County Hospital", DisclosedBy = "N. Nurse", Nature = "found unconscious" };
        var at = DateTimeOffset.UtcNow.AddHours(-2);
        var request = new RecordDisclosureRequest
        {
            RequestId = World.NewId(), PersonId = person, Question = question, Description = "diagnosis", DisclosedAt = at.ToTimestamp(),
        };
        await world.Disclosures().RecordDisclosureAsync(request, world.Operator);
        var line = (await world.AccountingAsync(person)).ShouldHaveSingleItem();
        line.Documentation.ShouldBe(question.Documentation);
        line.DisclosedAt.ToDateTimeOffset().ShouldBe(at, TimeSpan.FromMilliseconds(1));

        foreach (var none in new[]
        {
            new Timestamp { Nanos = -1 }, new Timestamp { Seconds = long.MinValue }, new Timestamp { Seconds = long.MaxValue },
            DateTimeOffset.MinValue.ToTimestamp(), DateTimeOffset.UtcNow.AddHours(1).ToTimestamp(),
        })
        {
            request.RequestId = World.NewId();
            request.DisclosedAt = none;
            (await World.FailureAsync(world.Disclosures().RecordDisclosureAsync(request, world.Operator), StatusCode.InvalidArgument))
                .ShouldBe("INVALID_ARGUMENT");
        }
        (await world.AccountingAsync(person)).Count.ShouldBe(1);

        request.DisclosedAt = at.ToTimestamp();
        request.RequestId = World.NewId();
        request.Question.Ground = V1.DisclosureGround.Unspecified;
        (await World.FailureAsync(world.Disclosures().RecordDisclosureAsync(request, world.Operator), StatusCode.InvalidArgument))
            .ShouldBe("INVALID_ARGUMENT");
    }

    [Fact]
    public async Task An_audit_row_names_the_purpose_as_the_API_does()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var person = (await world.ReferAsync()).PersonId;
        foreach (var purpose in System.Enum.GetValues<V1.Purpose>().Where(purpose => purpose != V1.Purpose.Unspecified))
        {
            var question = ConsentWorld.ToPayer();
            question.Purpose = purpose;
            await world.AskAsync(person, question);
        }
        var id = Guid.Parse(person);
        (await world.ReadAsync((db, ct) => db.Database
            .SqlQuery<string>($"SELECT purpose AS \"Value\" FROM audit_entry WHERE action = 'disclosure.ask' AND person_id = {id}")
            .ToListAsync(ct)))
            .ShouldBe(["TREATMENT", "PAYMENT", "OPERATIONS", "LEGAL_PROCEEDINGS", "PATIENT_REQUEST"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_joint_disclosure_is_made_for_all_or_for_none(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var (site, program) = await world.OpenProgramAsync(licensed: 3);
        var episodes = new[] { await world.AdmitNewPersonAsync(program), await world.AdmitNewPersonAsync(program) };
        await world.ConsentAsync(episodes[0].PersonId, V1.Purpose.Payment);
        var service = world.Service();
        RecordJointDisclosureRequest Request() => new()
        {
            RequestId = World.NewId(),
            Subjects = { episodes.Select(e => new V1.DisclosureSubject { PersonId = e.PersonId, EpisodeId = e.Id }) },
            Question = ConsentWorld.ToPayer(site),
            Description = "a file",
        };

        var refused = await world.Disclosures().RecordJointDisclosureAsync(Request(), service);
        var only = refused.Refused.ShouldHaveSingleItem();
        (only.PersonId, only.Reason).ShouldBe((episodes[1].PersonId, V1.DisclosureReason.ConsentPurpose));
        (await world.AccountingAsync(episodes[0].PersonId)).ShouldBeEmpty();
        (await world.AuditedAsync("disclosure.refuse", episodes[1].PersonId)).ShouldBe(1);

        await world.ConsentAsync(episodes[1].PersonId, V1.Purpose.Payment);
        var made = await world.Disclosures().RecordJointDisclosureAsync(Request(), service);
        made.Refused.ShouldBeEmpty();
        made.Notice.ShortForm.ShouldNotBeEmpty();
        foreach (var episode in episodes)
            (await world.AccountingAsync(episode.PersonId)).ShouldHaveSingleItem().ProgramId.ShouldBe(program);
        (await World.FailureAsync(
            world.Disclosures().RecordJointDisclosureAsync(Request(), world.Operator), StatusCode.PermissionDenied)).ShouldBe("ROLE_NOT_ALLOWED");
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Whoever_is_first_of_a_disclosure_and_a_revocation_nothing_is_disclosed_after_it(Store store)
    {
        var world = await hosts.WorldAsync(store);
        var persons = new List<string>();
        for (var i = 0; i < 6; i++)
            persons.Add((await world.ReferAsync()).PersonId);
        await Task.WhenAll(persons.Select(async person =>
        {
            var consent = await world.ConsentAsync(person, V1.Purpose.Payment);
            var disclosures = Enumerable.Range(0, 4).Select(async _ =>
            {
                try
                {
                    return (await world.DiscloseAsync(person)).Disclosure;
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
                {
                    return null;
                }
            }).ToList();
            var revoked = await world.Consents.RevokeConsentAsync(new() { RequestId = World.NewId(), ConsentId = consent }, world.Operator);
            var made = (await Task.WhenAll(disclosures)).Count(disclosure => disclosure is not null);
            revoked.Received.Sum(received => received.Times).ShouldBe(made, "the answer counts all that were ever made");
            (await world.AccountingAsync(person)).Count.ShouldBe(made);
        }));
    }

    [Fact]
    public async Task The_accounting_is_read_page_by_page_and_by_intermediary()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var person = (await world.ReferAsync()).PersonId;
        await world.RecordAsync(person, r => r.Recipients.Add(
            [
                new V1.ConsentRecipient { Kind = V1.RecipientKind.Intermediary, Name = "State HIE", Participants = { "Northwind Health" } },
                new V1.ConsentRecipient { Kind = V1.RecipientKind.Entity, Name = "Northwind Health", PartyId = ConsentWorld.Payer },
            ]));
        var through = ConsentWorld.ToPayer();
        through.Recipient.Through = "State HIE";
        foreach (var question in new[] { ConsentWorld.ToPayer(), through, ConsentWorld.ToPayer() })
            await world.DiscloseAsync(person, question);

        var request = new ListDisclosuresRequest { PersonId = person, Page = new() { Size = 2 } };
        var first = await world.Disclosures().ListDisclosuresAsync(request, world.Operator);
        request.Page.Token = first.NextPageToken;
        var second = await world.Disclosures().ListDisclosuresAsync(request, world.Operator);
        first.Disclosures.Concat(second.Disclosures).Select(d => d.Recipient.Through).ShouldBe(["", "State HIE", ""]);
        second.NextPageToken.ShouldBeEmpty();
        (await world.Disclosures().ListDisclosuresAsync(
            new() { PersonId = person, Through = "State HIE" }, world.Operator)).Disclosures.ShouldHaveSingleItem();
        (await world.Disclosures().ListDisclosuresAsync(
            new() { PersonId = person, To = World.Today(-2) }, world.Operator)).Disclosures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_merged_person_keeps_what_was_consented_to_and_disclosed_and_is_found_by_either_id()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var (kept, merged) = ((await world.ReferAsync()).PersonId, (await world.ReferAsync()).PersonId);
        await world.ConsentAsync(merged, V1.Purpose.Payment);
        await world.DiscloseAsync(merged);
        await world.Persons.MergePersonsAsync(
            new() { RequestId = World.NewId(), KeepPersonId = kept, MergePersonId = merged, Reason = "same person" }, world.Operator);
        (await world.AskAsync(kept)).Allowed.ShouldBeTrue();
        (await world.DiscloseAsync(merged)).Disclosure.PersonId.ShouldBe(kept);
        (await world.AccountingAsync(merged)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_caller_of_single_sites_discloses_for_one_of_them()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var (site, program) = await world.OpenProgramAsync(licensed: 1);
        var episode = await world.AdmitNewPersonAsync(program);
        await world.ConsentAsync(episode.PersonId, V1.Purpose.Payment);
        var admin = world.Tokens.SiteAdmin(world.Network, Guid.Parse(site));
        (await World.FailureAsync(
            world.Disclosures().MayDiscloseAsync(new() { PersonId = episode.PersonId, Question = ConsentWorld.ToPayer() }, admin),
            StatusCode.InvalidArgument)).ShouldBe("INVALID_ARGUMENT");
        (await world.Disclosures().MayDiscloseAsync(
            new() { PersonId = episode.PersonId, Question = ConsentWorld.ToPayer(site) }, admin)).Decision.Allowed.ShouldBeTrue();
    }

    private static async Task<string> RefusalAsync(World world, string person, V1.DisclosureQuestion question) =>
        await World.FailureAsync(
            world.Disclosures().RecordDisclosureAsync(
                new() { RequestId = World.NewId(), PersonId = person, Question = question, Description = "something" }, world.Operator),
            StatusCode.FailedPrecondition);
}
