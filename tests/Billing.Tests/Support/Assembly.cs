using Platform.Billing.Tests.Support;

[assembly: AssemblyFixture(typeof(BillingHosts))]
