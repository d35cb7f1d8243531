using Microsoft.EntityFrameworkCore;
using Platform.Support;

namespace Platform.Billing.Tests;

public sealed class ContractTests
{
    [Fact]
    public void The_migrations_are_what_the_model_says()
    {
        using var db = new BillingDesignTimeFactory().CreateDbContext([]);
        db.Database.HasPendingModelChanges().ShouldBeFalse();
    }

    [Fact]
    public void Every_RPC_is_implemented_and_says_who_may_call_it() =>
        RpcPolicies.Missing(typeof(BillingService).Assembly).ShouldBeEmpty();
}
