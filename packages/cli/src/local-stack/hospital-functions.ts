/**
 * Functions that invent people. All are plainly invented: family names are real, given names say "sample" or "example",
 * document numbers begin with the region 99, which does not exist, and telephone numbers are all of one unused block.
 */
export const hospitalFunctionsSql = `
create or replace function his.pick(seed bigint, about text, below bigint) returns bigint
language sql immutable parallel safe as $$
  select ('x' || substr(md5(seed || '/' || about), 1, 8))::bit(32)::bigint % below
$$;

create or replace function his.invented_name(seed bigint) returns text
language sql immutable parallel safe as $$
  select case
    when his.pick(seed, 'foreign', 100) < 10 then
      (array['Alex','Maria','John','Anna','Ivan','Amina','Olga','Peter'])[1 + his.pick(seed, 'first', 8)]
      || ' ' || (array['Sample','Example','Placeholder','Specimen'])[1 + his.pick(seed, 'last', 4)]
    when his.pick(seed, 'long', 200) = 0 then '阿卜杜拉·样本买买提'
    else
      (array['张','王','李','赵','刘','陈','杨','黄','周','吴','欧阳','𠮷','龘','㛃'])
        [1 + case when his.pick(seed, 'rare', 100) = 0 then 11 + his.pick(seed, 'family', 3) else his.pick(seed, 'family', 11) end]
      || (array['样本','示例','演示','试验'])[1 + his.pick(seed, 'given', 4)]
      || (array['一','二','三','四','五','六','七','八','九'])[1 + his.pick(seed, 'digit', 9)]
  end
$$;

create or replace function his.check_digit(digits text) returns text
language sql immutable parallel safe as $$
  select substr('10X98765432', 1 + (sum(substr(digits, place::int, 1)::int * weight) % 11)::int, 1)
  from unnest(array[7,9,10,5,8,4,2,1,6,3,7,9,10,5,8,4,2]) with ordinality as weights(weight, place)
$$;

create or replace function his.invented_id_no(seed bigint, born date) returns text
language sql immutable parallel safe as $$
  select case
    when his.pick(seed, 'id', 200) < 2 then null
    when his.pick(seed, 'id', 200) < 4 then '990100' || to_char(born, 'YYMMDD') || lpad(his.pick(seed, 'serial', 1000)::text, 3, '0')
    when his.pick(seed, 'id', 200) = 4 then digits || case when his.check_digit(digits) = '1' then '2' else '1' end
    else digits || his.check_digit(digits)
  end
  from (select '990100' || to_char(born, 'YYYYMMDD') || lpad(his.pick(seed, 'serial', 1000)::text, 3, '0')) as made(digits)
$$;

create or replace function his.add_patients(seed bigint, first_number bigint, last_number bigint) returns void
language sql as $$
  insert into his.pat_master_index (patient_id, inp_no, card_no, name, sex, date_of_birth, id_type, id_no, nation,
    marital_status, mobile, mailing_address, charge_type, mother_patient_id, del_flag, vip_flag, hiv_flag, row_seq)
  select 'P' || lpad(number::text, 10, '0'),
    case when his.pick(key, 'inpatient', 2) = 0 then lpad(number::text, 8, '0') end,
    '88' || lpad(number::text, 8, '0'),
    case when newborn then '样本之婴' else his.invented_name(key) end,
    (array['男','女','男','女','男','女','男','女','男','未知'])[1 + his.pick(key, 'sex', 10)],
    born,
    case when newborn then '99' else '01' end,
    case when newborn then '无' else his.invented_id_no(key, born) end,
    (array['汉族','汉族','汉族','维吾尔族','回族','满族','其他'])[1 + his.pick(key, 'nation', 7)],
    (array['未婚','已婚','离异','丧偶'])[1 + his.pick(key, 'married', 4)],
    '1990000' || lpad((number % 10000)::text, 4, '0'),
    '示例市样本区演示路' || (1 + his.pick(key, 'street', 999)) || '号',
    (array['自费','医保','新农合','商保'])[1 + his.pick(key, 'charge', 4)],
    case when newborn and number > 1 then 'P' || lpad((number - 1)::text, 10, '0') end,
    case when his.pick(key, 'deleted', 200) = 0 then '1' else '0' end,
    case when his.pick(key, 'important', 100) = 0 then '1' else '0' end,
    0,
    9007199254740993 + number
  from (
    select number, seed * 1000003 + number as key,
      his.pick(seed * 1000003 + number, 'newborn', 50) = 0 as newborn,
      case when his.pick(seed * 1000003 + number, 'newborn', 50) = 0 then date '2026-01-01'
        else date '1930-01-01' end + his.pick(seed * 1000003 + number, 'born',
        case when his.pick(seed * 1000003 + number, 'newborn', 50) = 0 then 300 else 34000 end)::int as born
    from generate_series(first_number, last_number) as numbers(number)
  ) as people
$$;
`;
