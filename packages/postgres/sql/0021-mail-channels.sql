-- Channels that send mail: from whom, to whom, who logs in, and whether clear text is allowed. The password is the channel's secret.
alter table cdc.alert_channel add column mail jsonb;
alter table cdc.alert_channel add constraint alert_channel_mail check ((kind = 'mail') = (mail is not null));
