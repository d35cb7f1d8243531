using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Platform.Billing.V1;
using Platform.Enrollment.V1;
using Platform.Local.Identity;
using Platform.Shared.Money;
using Platform.Shared.Time;

namespace Platform.Local.Demo;

/// <summary>Charges, claims, the remittance, and the ledger.</summary>
internal sealed class JourneyBilling(JourneyClients clients, Metadata headers, Place place, string folder, TimeProvider time)
{
    private const string PayerCode = "MADEUP01";
    private const long RateCents = 18_550;

    private readonly DateOnly _today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
    private byte[] _claimFile = [];
    private long _charged;

    public string PayerId { get; private set; } = string.Empty;

    public IReadOnlyList<string> Claims { get; private set; } = [];

    public string ClaimFile { get; private set; } = string.Empty;

    public string RemittanceFile { get; private set; } = string.Empty;

    public Money Paid { get; private set; }

    public async Task<string> AwaitHeldAsync(List<JourneyPerson> people)
    {
        await RegisterPayerAsync();
        var story = new List<string>();
        foreach (var person in people)
        {
            var charges = await ChargesAsync(person, "held for coverage", all =>
                all.Count > 0 && all.Any(c => c.Holds.Any(h => h.Code == "COVERAGE_MISSING")));
            story.Add($"{person.Name}: {charges.Count} charges; {charges.SelectMany(c => c.Holds).First().Message}");
        }

        return string.Join('\n', story);
    }

    public async Task<string> ReleaseAsync(List<JourneyPerson> people, DateOnly from)
    {
        var story = new List<string>();
        foreach (var person in people)
        {
            await clients.Coverages.AddCoverageAsync(
                new AddCoverageRequest
                {
                    RequestId = JourneyPeople.NewId(),
                    Coverage = new Coverage
                    {
                        PersonId = person.PersonId,
                        PayerId = PayerId,
                        MemberId = $"MU{Random.Shared.Next(1_000_000_000):D9}",
                        EffectiveFrom = from.AddMonths(-6).ToIso(),
                    },
                },
                headers);
            await ChargesAsync(person, "held for authorization", all =>
                all.Any(c => c.Holds.Any(h => h.Code == "AUTHORIZATION_MISSING")));
            var authorization = await clients.Coverages.AddAuthorizationAsync(
                new AddAuthorizationRequest
                {
                    RequestId = JourneyPeople.NewId(),
                    Authorization = new Authorization
                    {
                        EpisodeId = person.EpisodeId,
                        PayerId = PayerId,
                        Code = "H0015",
                        Number = $"AUTH{Random.Shared.Next(1_000_000):D6}",
                        From = from.ToIso(),
                        To = from.AddDays(60).ToIso(),
                        Units = 12,
                    },
                },
                headers);
            var charges = await ChargesAsync(person, "ready", all =>
                all.All(c => c.Status is ChargeStatus.Ready or ChargeStatus.NotBillable));
            var used = await clients.Coverages.GetAuthorizationAsync(
                new GetAuthorizationRequest { AuthorizationId = authorization.Authorization.Id }, headers);
            story.Add(
                $"{person.Name}: {charges.Count(c => c.Status == ChargeStatus.Ready)} ready at {RateCents.InDollars()} a day, "
                + $"{charges.Count(c => c.Status == ChargeStatus.NotBillable)} below the floor; "
                + $"{used.Authorization.Used} of {used.Authorization.Units} authorized days used");
        }

        return string.Join('\n', story);
    }

    public async Task<((int Days, int NotBillable, Money Total) Written, string Story)> WriteClaimsAsync(List<JourneyPerson> people)
    {
        var written = await clients.Claims.WriteClaimsAsync(
            new WriteClaimsRequest
            {
                RequestId = JourneyPeople.NewId(), PayerId = PayerId, SiteId = place.SiteId, Through = _today.ToIso(),
            },
            headers);
        if (written.FileId.Length == 0 || written.Held.Count > 0)
        {
            throw new InvalidOperationException(
                $"no claim file; held: {string.Join("; ", written.Held.SelectMany(c => c.Holds).Select(h => h.Message).Distinct())}");
        }

        Claims = [.. written.Claims.Select(c => c.Id)];
        _charged = written.TotalCents;
        _claimFile = await DownloadAsync(written.FileId);
        Directory.CreateDirectory(folder);
        ClaimFile = Path.Combine(folder, $"{written.FileId}.837");
        await File.WriteAllBytesAsync(ClaimFile, _claimFile);
        var (days, below) = (0, 0);
        foreach (var person in people)
        {
            var charges = await ChargesAsync(person, "claimed", all =>
                all.All(c => c.Status is ChargeStatus.Claimed or ChargeStatus.NotBillable));
            days += charges.Count(c => c.Status == ChargeStatus.Claimed);
            below += charges.Count(c => c.Status == ChargeStatus.NotBillable);
        }

        var lines = written.Claims.Select(c => $"claim {c.Number}: {c.From} to {c.To}, {c.ChargedCents.InDollars()}");
        return ((days, below, new Money(written.TotalCents)),
            $"{string.Join('\n', lines)}\n{written.TotalCents.InDollars()} in all, in {ClaimFile}");
    }

    public async Task<string> PostRemittanceAsync()
    {
        var answer = PayerSimulator.Adjudicate(_claimFile, PayerCode, time.GetUtcNow());
        RemittanceFile = Path.ChangeExtension(ClaimFile, ".835");
        await File.WriteAllBytesAsync(RemittanceFile, answer);
        var first = await PostAsync(answer);
        var second = await PostAsync(answer);
        if (first.Duplicate || !second.Duplicate)
        {
            throw new InvalidOperationException("the same file was posted twice");
        }

        var paid = first.Remittances.Sum(r => r.PaidCents);
        Paid = new Money(paid);
        foreach (var id in Claims)
        {
            var claim = await clients.Claims.GetClaimAsync(new GetClaimRequest { ClaimId = id }, headers);
            if (claim.Claim.Status != ClaimStatus.Remitted || claim.Claim.PaidCents + claim.Claim.AdjustedCents != claim.Claim.ChargedCents)
            {
                throw new InvalidOperationException($"claim {claim.Claim.Number} is not settled");
            }
        }

        var balance = await clients.Ledger.GetTrialBalanceAsync(new GetTrialBalanceRequest { PayerId = PayerId }, headers);
        if (balance.SumCents != 0)
        {
            throw new InvalidOperationException($"the ledger sums to {balance.SumCents.InDollars()}, not to zero");
        }

        return $"{paid.InDollars()} paid of {_charged.InDollars()} charged; given again: recognized, nothing posted\n"
            + string.Join(", ", balance.Balances.Select(b => $"{b.Account} {b.BalanceCents.InDollars()}"))
            + $"\nThe ledger sums to {balance.SumCents.InDollars()}.";
    }

    private async Task RegisterPayerAsync()
    {
        var payers = await clients.Payers.ListPayersAsync(new ListPayersRequest(), headers);
        if (payers.Payers.FirstOrDefault(p => p.PayerCode == PayerCode) is { } known)
        {
            PayerId = known.Id;
            return;
        }

        var created = await clients.Payers.CreatePayerAsync(
            new CreatePayerRequest
            {
                RequestId = JourneyPeople.NewId(),
                Payer = new Payer { Name = "Made-Up Health Plan", PayerCode = PayerCode, ReceiverId = PayerCode, FilingIndicator = "CI" },
            },
            headers);
        PayerId = created.Payer.Id;
        await clients.Payers.CreateContractAsync(
            new CreateContractRequest
            {
                RequestId = JourneyPeople.NewId(),
                Contract = new Contract
                {
                    PayerId = PayerId,
                    Code = "H0015",
                    RateCents = RateCents,
                    RevenueCode = "0906",
                    EffectiveFrom = _today.AddYears(-1).ToIso(),
                    AuthorizationRequired = true,
                    TimelyFilingDays = 90,
                },
            },
            headers);
    }

    private Task<List<Charge>> ChargesAsync(JourneyPerson person, string state, Func<List<Charge>, bool> holds) =>
        Journey.UntilAsync($"charges of {person.Name} {state}", async () =>
        {
            var listed = await clients.Charges.ListChargesAsync(
                new ListChargesRequest { SiteId = place.SiteId, EpisodeId = person.EpisodeId }, headers);
            var charges = listed.Charges.ToList();
            return charges.Count >= person.Days && holds(charges) ? charges : null;
        });

    private async Task<byte[]> DownloadAsync(string fileId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/claim-files/{fileId}");
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(clients.Bearer(DevelopmentIdentity.Operator));
        using var response = await clients.Http.SendAsync(request);
        return response.IsSuccessStatusCode
            ? await response.Content.ReadAsByteArrayAsync()
            : throw new InvalidOperationException($"the claim file was refused: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    private async Task<PostRemittanceResponse> PostAsync(byte[] file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/remittances") { Content = new ByteArrayContent(file) };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(clients.Bearer(DevelopmentIdentity.Payer(Guid.Parse(PayerId))));
        using var response = await clients.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonParser.Default.Parse<PostRemittanceResponse>(text)
            : throw new InvalidOperationException($"the remittance was refused: {(int)response.StatusCode} {text}");
    }
}
